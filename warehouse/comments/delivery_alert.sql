COMMENT ON TABLE delivery_alert IS 'Which alerts a mail tells.';
COMMENT ON COLUMN delivery_alert.delivery_id IS 'The mail.';
COMMENT ON COLUMN delivery_alert.alert_id IS 'The alert; with `delivery_id` the key.';
