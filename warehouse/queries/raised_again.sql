-- What do inspectors have to say again? Themes that several visits to one authority raised, the most persistent first.
SELECT
    authority,
    theme,
    visits_with_concern || ' of ' || visits AS visits,
    first_on,
    last_on,
    is_open,
    last_quote,
FROM concern_raised_again
ORDER BY visits_with_concern DESC, months DESC, authority, theme
LIMIT 10;
