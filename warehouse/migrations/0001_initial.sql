-- The tables of the contract. Keys are stated, so that an upsert can rely on them; foreign keys are
-- checked by warehouse/checks/ instead, because DuckDB rewrites rows with indexes in foreign keys as
-- delete and insert, which a foreign key forbids within one transaction.

CREATE TABLE run (
    run_id VARCHAR PRIMARY KEY,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    command VARCHAR NOT NULL,
    status VARCHAR NOT NULL,             -- running, done, failed (also: ended without saying so)
    alerts BOOLEAN NOT NULL,            -- false for a backfill: what it brings is never mailed
    program_version VARCHAR NOT NULL,
    counts JSON,
);

CREATE TABLE source_check (
    run_id VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    status VARCHAR NOT NULL,             -- new, unchanged, failed
    announced INTEGER NOT NULL,
    fetched INTEGER NOT NULL,
    new INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    message VARCHAR NOT NULL,
    checked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (run_id, source_id),
);

-- Keyed by source as well: two sources may announce one address, each with its own words.
CREATE TABLE announcement (
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    published_on DATE,
    label VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    kind VARCHAR,
    gss VARCHAR,
    urn VARCHAR,
    path VARCHAR,
    PRIMARY KEY (source_id, url),
);

CREATE TABLE resource (
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,                -- a listing page, a feed or an item
    etag VARCHAR,
    last_modified VARCHAR,
    content_hash VARCHAR,
    final_url VARCHAR,
    first_fetched_at TIMESTAMPTZ,        -- or tried, where content_hash is null
    checked_at TIMESTAMPTZ,              -- when it was last asked for
    moved_to VARCHAR,                    -- where permanent redirects lead
    same_as VARCHAR,                     -- the address that the page names as its own, if another
    PRIMARY KEY (source_id, url),
);

-- When a source is to be asked next, from how often it had news.
CREATE TABLE source_poll (
    source_id VARCHAR PRIMARY KEY,
    minutes DOUBLE NOT NULL,             -- from one time to the next
    due_at TIMESTAMPTZ NOT NULL,
    last_new_at TIMESTAMPTZ,
    is_whole BOOLEAN NOT NULL,           -- false while a run is at it, or when one did not see its whole listing
);

CREATE TABLE document (
    document_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,            -- 1 for the text first seen; one more when the text changes
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    final_url VARCHAR NOT NULL,
    canonical_url VARCHAR,
    title VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    publisher VARCHAR NOT NULL,
    published_on DATE,
    published_printed_on DATE,           -- as the document itself prints it
    text VARCHAR NOT NULL,
    blocks STRUCT(kind VARCHAR, "start" INTEGER, "end" INTEGER, page INTEGER, level INTEGER)[] NOT NULL,
    pages INTEGER,
    notes VARCHAR[] NOT NULL,
    media_type VARCHAR NOT NULL,
    charset VARCHAR,
    size BIGINT NOT NULL,
    content_hash VARCHAR NOT NULL,
    text_hash VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,             -- of all that this version says, to see that nothing changed
    is_current BOOLEAN NOT NULL,
    duplicate_of VARCHAR,                -- document_id of the original
    similarity DOUBLE,                   -- 1 where the text is equal, else the Jaccard index of shingles
    story_id VARCHAR,                    -- null until it is linked, or linked anew
    is_told BOOLEAN NOT NULL,            -- false until the watches were asked whether they want it
    is_sensitive BOOLEAN NOT NULL DEFAULT false, -- could identify a child: kept out of mails and exports
    sensitive_rule VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,             -- the run that brought this version
    PRIMARY KEY (document_id, version),
);

CREATE TABLE document_shingle (
    document_id VARCHAR NOT NULL,
    shingles UBIGINT[] NOT NULL,         -- the smallest hashes of its word runs, to find near-duplicates
    PRIMARY KEY (document_id),
);

CREATE TABLE document_authority (
    document_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    gss VARCHAR NOT NULL,
    role VARCHAR NOT NULL,               -- subject, mention
    evidence VARCHAR NOT NULL,
    start_char INTEGER,                  -- null where the proof lies outside the text
    end_char INTEGER,
    rule VARCHAR NOT NULL,
    PRIMARY KEY (document_id, version, gss),
);

-- What each document says of an inspection. `inspection` is drawn from these, the primary source first.
CREATE TABLE inspection_document (
    inspection_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    relation VARCHAR NOT NULL,           -- primary, coverage
    gss VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    framework VARCHAR,
    started_on DATE,
    ended_on DATE,
    month DATE,
    letter_on DATE,
    published_on DATE,
    reported_on DATE,                    -- when this document appeared; names a visit of unknown month
    focus VARCHAR,                       -- what was looked at, in Ofsted's words
    focus_topic VARCHAR,                 -- which of Ofsted's topics of a visit that is
    ordinals VARCHAR[] NOT NULL,         -- "fifth since November 2016"
    lead_inspectors VARCHAR[] NOT NULL,
    team VARCHAR[] NOT NULL,
    addressee VARCHAR,
    addressee_role VARCHAR,
    has_priority_action BOOLEAN,         -- null where Ofsted's own document was not seen
    delivery_body VARCHAR,               -- the trust or company that ran the services then
    printed_on DATE,                     -- publication date as the document prints it
    judgements STRUCT(
        area VARCHAR, grade VARCHAR, reason VARCHAR, evidence VARCHAR,
        start_char INTEGER, end_char INTEGER, page INTEGER
    )[] NOT NULL,
    PRIMARY KEY (inspection_id, document_id),
);

CREATE TABLE inspection (
    inspection_id VARCHAR PRIMARY KEY,
    gss VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    framework VARCHAR,
    started_on DATE,
    ended_on DATE,
    month DATE,                          -- first day of the month in which it began
    letter_on DATE,
    published_on DATE,
    focus VARCHAR,                       -- what was looked at, in Ofsted's words
    focus_topic VARCHAR,                 -- which of Ofsted's topics of a visit that is
    ordinals VARCHAR[] NOT NULL,         -- "fifth since November 2016"
    lead_inspectors VARCHAR[] NOT NULL,
    team VARCHAR[] NOT NULL,
    addressee VARCHAR,
    addressee_role VARCHAR,
    has_priority_action BOOLEAN,         -- null where Ofsted's own document was not seen
    delivery_body VARCHAR,               -- the trust or company that ran the services then
    printed_on DATE,                     -- publication date as the document prints it
    document_id VARCHAR,                 -- the primary source, null until it is seen
);

CREATE TABLE judgement (
    inspection_id VARCHAR NOT NULL,
    area VARCHAR NOT NULL,
    grade VARCHAR,
    reason VARCHAR,                      -- why there is no grade
    evidence VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    start_char INTEGER,
    end_char INTEGER,
    page INTEGER,
    PRIMARY KEY (inspection_id, area),
);

CREATE TABLE finding (
    finding_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    inspection_id VARCHAR,
    gss VARCHAR NOT NULL,
    polarity VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    speaker VARCHAR NOT NULL,
    is_inspectorate BOOLEAN NOT NULL,
    quote VARCHAR NOT NULL,
    start_char INTEGER NOT NULL,
    end_char INTEGER NOT NULL,
    page INTEGER,
    section VARCHAR,
    responsible_body VARCHAR,            -- who is to act, where the document says so
    rule VARCHAR NOT NULL,               -- "correction ID" where a person decided
    is_sensitive BOOLEAN NOT NULL DEFAULT false, -- could identify a child: kept out of mails and exports
    sensitive_rule VARCHAR,
);

CREATE TABLE finding_theme (
    finding_id VARCHAR NOT NULL,
    theme_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    PRIMARY KEY (finding_id, theme_id),
);

CREATE TABLE story (
    story_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    inspection_id VARCHAR,
    first_published_on DATE,
);

-- A document may tell of two authorities, so it may belong to two stories; document.story_id is its first.
-- Each link names its story; `story` takes the title of its earliest document, in whatever order they came.
CREATE TABLE story_document (
    story_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,           -- 1 for the document's first story
    gss VARCHAR,
    reason VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    inspection_id VARCHAR,
    PRIMARY KEY (story_id, document_id),
);

CREATE TABLE quarantine (
    quarantine_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    stage VARCHAR NOT NULL,              -- sources, fetch, extract, classify, load
    error VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    content_hash VARCHAR,
    retryable BOOLEAN NOT NULL,
    first_run_id VARCHAR NOT NULL,
    last_run_id VARCHAR NOT NULL,
    resolved_run_id VARCHAR,             -- the run in which it was read after all
);

CREATE TABLE watch (
    watch_id VARCHAR PRIMARY KEY,        -- its name in watches.toml
    began_on DATE NOT NULL,              -- nothing published before is mailed
    definition JSON NOT NULL,
);

CREATE TABLE alert (
    alert_id VARCHAR PRIMARY KEY,
    watch_id VARCHAR NOT NULL,
    story_id VARCHAR NOT NULL,
    gss VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,             -- why it matched, in words
    content_key VARCHAR NOT NULL,        -- what was told, so that only news is told again
    content JSON NOT NULL,               -- the same, readable: what the mail says or will say
    run_id VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    delivery_id VARCHAR,                 -- null while it waits for its digest
);

CREATE TABLE delivery (
    delivery_id VARCHAR PRIMARY KEY,
    watch_id VARCHAR NOT NULL,
    recipients VARCHAR[] NOT NULL,
    subject VARCHAR NOT NULL,
    body_text VARCHAR NOT NULL,
    body_html VARCHAR NOT NULL,
    status VARCHAR NOT NULL,             -- pending (the next run tries again), sent, failed
    attempts INTEGER NOT NULL,
    error VARCHAR,
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
);

-- What people say in the place of the rules. A correction is applied whenever its document is read, so that
-- every table has the corrected value; what the rules said stays here, beside it.
CREATE TABLE correction (
    correction_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    what VARCHAR NOT NULL,               -- authority, remove_authority, theme, remove_theme, polarity, not_a_finding
    value VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    made_by VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    quote VARCHAR,                       -- words of the finding; null where the whole document is meant
    finding JSON,                        -- the finding as it stood when it was corrected
    machine VARCHAR,                     -- what the rules say
    is_applied BOOLEAN NOT NULL,         -- false where the words are no longer in the document
);

-- Reference facts, written anew from the package when they change, so that a query can join to them.
CREATE TABLE authority (
    gss VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    type VARCHAR NOT NULL,
    is_current BOOLEAN NOT NULL,
    valid_from DATE,
    valid_to DATE,
    ofsted_urn VARCHAR,
);

CREATE TABLE theme (
    theme_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,
);
