-- A small warehouse as schema 0001 held it: one letter with a grade, a finding and its theme, and its run.
-- Applied after migration 0001 alone; never edited once that migration is released.
INSERT INTO run (run_id, started_at, ended_at, command, status, alerts, program_version)
VALUES ('r1', TIMESTAMPTZ '2024-05-01 07:15:00+00', TIMESTAMPTZ '2024-05-01 07:16:00+00', 'ingest run', 'done', true, '0.1.0');

INSERT INTO document (
    document_id, version, source_id, url, address, final_url, title, kind, publisher, published_on, text, blocks, notes,
    media_type, size, content_hash, text_hash, version_hash, digest, is_current, is_told, fetched_at, run_id
)
VALUES (
    'd1', 1, 'ofsted', 'https://ofsted.example/letter', 'ofsted.example/letter', 'https://ofsted.example/letter', 'A visit', 'ofsted_letter',
    'Ofsted', DATE '2024-04-02', 'Children wait too long.', [], [], 'application/pdf', 23, 'c1', 't1', 'v1', 'g1', true, true,
    TIMESTAMPTZ '2024-05-01 07:15:30+00', 'r1'
);

INSERT INTO document_authority (document_id, version, gss, role, evidence, rule)
VALUES ('d1', 1, 'E08000025', 'subject', 'the listing', 'listing');

INSERT INTO inspection_document (
    inspection_id, document_id, version, relation, gss, kind, month, started_on, ordinals, lead_inspectors, team, judgements
)
VALUES (
    'E08000025-focused_visit-2024-03', 'd1', 1, 'primary', 'E08000025', 'focused_visit', DATE '2024-03-01',
    DATE '2024-03-12', [], [], [], []
);

INSERT INTO inspection (inspection_id, gss, kind, month, started_on, ordinals, lead_inspectors, team, document_id)
VALUES ('E08000025-focused_visit-2024-03', 'E08000025', 'focused_visit', DATE '2024-03-01', DATE '2024-03-12', [], [], [], 'd1');

INSERT INTO judgement (inspection_id, area, reason, evidence, document_id)
VALUES ('E08000025-focused_visit-2024-03', 'overall', 'focused visits are not graded', 'Focused visit', 'd1');

INSERT INTO finding (
    finding_id, document_id, version, inspection_id, gss, polarity, kind, speaker, is_inspectorate, quote, start_char,
    end_char, rule
)
VALUES (
    'f1', 'd1', 1, 'E08000025-focused_visit-2024-03', 'E08000025', 'concern', 'statement', 'ofsted', true,
    'Children wait too long.', 0, 23, 'wait'
);

INSERT INTO finding_theme (finding_id, theme_id, rule) VALUES ('f1', 'early_help', 'wait');
