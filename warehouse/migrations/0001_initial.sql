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
    state VARCHAR NOT NULL,              -- ok, unchanged, or the gravest problem by name (failed, empty, ...)
    severity VARCHAR NOT NULL,           -- ok, warning, error
    is_passing BOOLEAN NOT NULL,         -- an error that may pass by itself: counts from the second check on
    problems STRUCT(state VARCHAR, severity VARCHAR, message VARCHAR, page VARCHAR)[] NOT NULL,
    pages_read INTEGER,                  -- announcement pages that had changed; null where none could be had
    is_whole BOOLEAN,                    -- all of them were read, so that the counts below are those of the source
    items INTEGER,                       -- announced on the pages that were read
    titled INTEGER,
    dated INTEGER,
    PRIMARY KEY (run_id, source_id),
);

-- Once a week: how much of what Ofsted's provider pages announce is stored, by authority.
CREATE TABLE completeness (
    checked_on DATE NOT NULL,
    gss VARCHAR NOT NULL,
    announced INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    waiting INTEGER NOT NULL,            -- not stored, because it is in quarantine
    PRIMARY KEY (checked_on, gss),
);

-- What the operator was told of a source: that it broke, and that it recovered, once each.
CREATE TABLE operator_notice (
    source_id VARCHAR NOT NULL,
    began_run_id VARCHAR NOT NULL,       -- the first failing check; names the outage (view source_outage)
    what VARCHAR NOT NULL,               -- broke, recovered
    told_at TIMESTAMPTZ NOT NULL,        -- when the mail was put into the outbox
    PRIMARY KEY (source_id, began_run_id, what),
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
    retry_at TIMESTAMPTZ,                -- not asked for before: the last time it gave no usable answer
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
    address VARCHAR NOT NULL,            -- one form for all addresses of the page
    canonical_url VARCHAR,               -- as the page itself names it
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
    version_hash VARCHAR NOT NULL,       -- of title and text without dates of update, counters and related links
    digest VARCHAR NOT NULL,             -- of all that this version says, to see that nothing changed
    is_current BOOLEAN NOT NULL,
    duplicate_of VARCHAR,                -- document_id of the original
    similarity DOUBLE,                   -- 1 where the text is equal, else the Jaccard index of word runs
    story_id VARCHAR,                    -- null until it is linked, or linked anew
    is_told BOOLEAN NOT NULL,            -- false until the watches were asked whether they want it
    is_sensitive BOOLEAN NOT NULL DEFAULT false, -- could identify a child: kept out of mails and exports
    sensitive_rule VARCHAR,
    fetched_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,             -- the run that brought this version
    PRIMARY KEY (document_id, version),
);

-- The addresses at which a document was found after its first one, of which its id is made.
CREATE TABLE document_address (
    url VARCHAR PRIMARY KEY,
    home VARCHAR NOT NULL,               -- its first address
    moved_from VARCHAR NOT NULL,         -- where it stood before
    reason VARCHAR NOT NULL,             -- redirect, canonical, same_bytes
    noted_at TIMESTAMPTZ NOT NULL,
);

-- Documents whose page is gone, or that a listing of everything names no more. They are kept.
CREATE TABLE withdrawal (
    document_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    source_id VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,             -- gone (404, 410), unannounced
    noted_at TIMESTAMPTZ NOT NULL,
    run_id VARCHAR NOT NULL,
    back_at TIMESTAMPTZ,                 -- null while it is withdrawn
    PRIMARY KEY (document_id, noted_at),
);

-- What a new version says otherwise than the one before, word by word. Offsets count characters of the two texts.
CREATE TABLE document_change (
    document_id VARCHAR NOT NULL,
    version INTEGER NOT NULL,
    old_title VARCHAR,                   -- null where the title is the same
    words_removed INTEGER NOT NULL,
    words_added INTEGER NOT NULL,
    hunks STRUCT(
        old_start INTEGER, old_end INTEGER, new_start INTEGER, new_end INTEGER,
        old_words VARCHAR, new_words VARCHAR
    )[] NOT NULL,
    is_coarse BOOLEAN NOT NULL,          -- too long to be compared word by word: whole passages count as changed
    PRIMARY KEY (document_id, version),
);

-- Every text once, in the order in which they came, with the hashes by which copies of it are found. A text
-- never changes: what is written here stays, and so does what is known of two texts.
CREATE TABLE text_fingerprint (
    number UINTEGER NOT NULL,
    text_hash VARCHAR PRIMARY KEY,
    fingerprints UBIGINT[] NOT NULL,     -- the smallest hashes of its word runs
);

-- Parts of the index over text_fingerprint that are kept in sorted files beside the warehouse.
CREATE TABLE fingerprint_file (
    first_number UINTEGER NOT NULL,
    end_number UINTEGER NOT NULL,        -- one more than the last
    checksum VARCHAR NOT NULL,           -- of the texts in it; the file's name
    PRIMARY KEY (first_number, end_number),
);

-- Two texts of which one stands in the other, counted over all their word runs.
CREATE TABLE text_overlap (
    one VARCHAR NOT NULL,                -- text_hash
    other VARCHAR NOT NULL,
    jaccard DOUBLE NOT NULL,
    one_share DOUBLE NOT NULL,           -- of the runs of the one, how many are in the other
    other_share DOUBLE NOT NULL,
    one_is_held BOOLEAN NOT NULL,        -- the one stands in the other throughout, small changes apart
    other_is_held BOOLEAN NOT NULL,
    PRIMARY KEY (one, other),
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

-- finding and finding_theme have keys that no index guards: an index over random ids takes two thirds of the time
-- of a load and half the file. Ids come from the keys of document and from the finding's place in its
-- text; warehouse/checks/keys_are_unique.sql looks after every load, before anything is published.
CREATE TABLE finding (
    finding_id VARCHAR NOT NULL,         -- the key
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
    trend VARCHAR,                       -- improved, declined, unchanged; null where it does not compare
    quotation_key VARCHAR,               -- equal where the same words are quoted elsewhere
    is_sensitive BOOLEAN NOT NULL DEFAULT false, -- could identify a child: kept out of mails and exports
    sensitive_rule VARCHAR,
);

CREATE TABLE finding_theme (
    finding_id VARCHAR NOT NULL,         -- the key, with theme_id
    theme_id VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
);

CREATE TABLE story (
    story_id VARCHAR PRIMARY KEY,
    title VARCHAR NOT NULL,
    inspection_id VARCHAR,
    first_published_on DATE,
    follows_inspection_id VARCHAR,       -- of a story about what came of an inspection
);

-- A document may tell of two authorities, so it may belong to two stories; document.story_id is its first.
-- Each link names its story; `story` takes the title of its earliest document, in whatever order they came.
CREATE TABLE story_document (
    story_id VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    position INTEGER NOT NULL,           -- 1 for the document's first story
    gss VARCHAR,
    score DOUBLE NOT NULL,               -- how much speaks for the link, 1 at most
    reasons VARCHAR[] NOT NULL,
    title VARCHAR NOT NULL,
    inspection_id VARCHAR,
    follows_inspection_id VARCHAR,
    followup VARCHAR,                    -- by which rule its title tells of a follow-up
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
    is_active BOOLEAN NOT NULL,          -- false where watches.toml has it no more
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
    composed_at TIMESTAMPTZ,             -- null while it waits for its digest
);

-- The outbox: everything that leaves, by mail or by webhook, is a row here before it does. An id comes from
-- what is sent to whom, so that the same thing enters once.
CREATE TABLE delivery (
    delivery_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,               -- alert, digest, quiet (nothing new), or another program's word
    channel VARCHAR NOT NULL,            -- email, webhook
    recipients VARCHAR[] NOT NULL,       -- an alert's mail goes to one; or the one address of a webhook
    watches VARCHAR[] NOT NULL,          -- whose alerts it tells
    subject VARCHAR NOT NULL,
    body_text VARCHAR NOT NULL,          -- of a webhook: its JSON
    body_html VARCHAR NOT NULL,
    status VARCHAR NOT NULL,             -- pending (tried again at next_try_at), sent, failed, bounced
    attempts INTEGER NOT NULL,
    error VARCHAR,
    created_at TIMESTAMPTZ NOT NULL,
    next_try_at TIMESTAMPTZ,             -- null: at once
    sent_at TIMESTAMPTZ,
);

CREATE TABLE delivery_alert (
    delivery_id VARCHAR NOT NULL,
    alert_id VARCHAR NOT NULL,
    PRIMARY KEY (delivery_id, alert_id),
);

-- What people say in the place of the rules. A correction is applied whenever its document is read, so that
-- every table has the corrected value; what the rules said stays here, beside it.
CREATE TABLE correction (
    correction_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    what VARCHAR NOT NULL,               -- authority, remove_authority, theme, remove_theme, polarity, not_a_finding, story, remove_story
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

CREATE TABLE statistical_neighbour (
    gss VARCHAR NOT NULL,
    neighbour_gss VARCHAR NOT NULL,
    PRIMARY KEY (gss, neighbour_gss),
);

CREATE TABLE theme (
    theme_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,
);
