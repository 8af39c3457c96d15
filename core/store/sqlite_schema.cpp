// SPDX-License-Identifier: Apache-2.0
#include "core/store/sqlite_schema.hpp"

#include <array>

namespace zerocell::store {

namespace {

// Operators write to `subscriber`, `static_address`, `framed_route` and `profile` with SQL, too: constraints
// refuse what the model would refuse at the first attach, and triggers tell a running core.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO meta VALUES ('sequence_grant', 0);

CREATE TABLE profile (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  definition TEXT NOT NULL UNIQUE CHECK (json_valid(definition))
);
-- Members that are not named have their defaults.
INSERT INTO profile (id, definition) VALUES (1, '{}');

CREATE TABLE subscriber (
  imsi            TEXT PRIMARY KEY CHECK (length(imsi) BETWEEN 6 AND 15 AND imsi NOT GLOB '*[^0-9]*'),
  msisdn          TEXT CHECK (length(msisdn) BETWEEN 1 AND 15 AND msisdn NOT GLOB '*[^0-9]*'),
  iccid           TEXT CHECK (length(iccid) BETWEEN 18 AND 20 AND iccid NOT GLOB '*[^0-9]*'),
  state           TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('inactive', 'active', 'suspended', 'test')),
  algorithm       TEXT NOT NULL DEFAULT 'milenage' CHECK (algorithm IN ('milenage', 'tuak')),
  k               BLOB NOT NULL CHECK (typeof(k) = 'blob' AND (length(k) = 16 OR
                                       (length(k) = 32 AND algorithm = 'tuak'))),
  opc             BLOB NOT NULL CHECK (typeof(opc) = 'blob' AND
                                       length(opc) = CASE algorithm WHEN 'tuak' THEN 32 ELSE 16 END),
  amf             BLOB NOT NULL DEFAULT x'8000' CHECK (typeof(amf) = 'blob' AND length(amf) = 2),
  tuak_res_octets INTEGER NOT NULL DEFAULT 8 CHECK (tuak_res_octets IN (4, 8, 16)),
  tuak_iterations INTEGER NOT NULL DEFAULT 1 CHECK (tuak_iterations BETWEEN 1 AND 255),
  profile         INTEGER NOT NULL DEFAULT 1 REFERENCES profile (id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX subscriber_msisdn ON subscriber (msisdn) WHERE msisdn IS NOT NULL;
CREATE UNIQUE INDEX subscriber_iccid ON subscriber (iccid) WHERE iccid IS NOT NULL;

-- `apn` stands here too, so that no two SIMs get one address of one network.
CREATE TABLE static_address (
  imsi        TEXT NOT NULL REFERENCES subscriber (imsi) ON DELETE CASCADE ON UPDATE CASCADE,
  context_id  INTEGER NOT NULL CHECK (context_id BETWEEN 1 AND 50),
  apn         TEXT NOT NULL,
  ipv4        TEXT,
  ipv6_prefix TEXT,
  PRIMARY KEY (imsi, context_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX static_address_ipv4 ON static_address (apn, ipv4) WHERE ipv4 IS NOT NULL;
CREATE UNIQUE INDEX static_address_ipv6 ON static_address (apn, ipv6_prefix) WHERE ipv6_prefix IS NOT NULL;

-- Outlives its subscriber, so that a card that is provisioned again never sees a number twice.
CREATE TABLE sequence (
  imsi             TEXT PRIMARY KEY,
  start_offset     INTEGER NOT NULL,
  written_at_grant INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE location (
  imsi         TEXT PRIMARY KEY,
  mme          TEXT NOT NULL,
  visited_plmn TEXT NOT NULL,
  rat_type     INTEGER NOT NULL,
  purged       INTEGER NOT NULL,
  terminal     TEXT,
  updated_at   INTEGER NOT NULL
) WITHOUT ROWID;

-- What operators changed, for cores that run meanwhile; NULL: possibly every subscriber.
CREATE TABLE change (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  imsi TEXT
);
CREATE TRIGGER subscriber_updated AFTER UPDATE ON subscriber BEGIN
  INSERT INTO change (imsi) VALUES (old.imsi);
  INSERT INTO change (imsi) SELECT new.imsi WHERE new.imsi <> old.imsi;
END;
CREATE TRIGGER subscriber_removed AFTER DELETE ON subscriber BEGIN
  INSERT INTO sequence VALUES (old.imsi, 0, (SELECT value FROM meta WHERE name = 'sequence_grant'))
    ON CONFLICT (imsi) DO UPDATE SET written_at_grant = excluded.written_at_grant;
  DELETE FROM location WHERE imsi = old.imsi;
  INSERT INTO change (imsi) VALUES (old.imsi);
END;
CREATE TRIGGER static_address_added AFTER INSERT ON static_address BEGIN
  INSERT INTO change (imsi) VALUES (new.imsi);
END;
CREATE TRIGGER static_address_updated AFTER UPDATE ON static_address BEGIN
  INSERT INTO change (imsi) VALUES (new.imsi);
END;
CREATE TRIGGER static_address_removed AFTER DELETE ON static_address BEGIN
  INSERT INTO change (imsi) VALUES (old.imsi);
END;
CREATE TRIGGER profile_updated AFTER UPDATE ON profile BEGIN
  INSERT INTO change (imsi) VALUES (NULL);
END;
)sql";

// The device that a SIM is bound to: core/types/imei_lock.hpp says what the texts mean.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE subscriber ADD COLUMN imei_lock TEXT NOT NULL DEFAULT 'off' CHECK (
  imei_lock IN ('off', 'learn') OR
  (length(imei_lock) BETWEEN 2 AND 14 AND imei_lock NOT GLOB '*[^0-9]*') OR
  (length(imei_lock) = 20 AND imei_lock GLOB 'learn:[0-9]*' AND substr(imei_lock, 7) NOT GLOB '*[^0-9]*'));
ALTER TABLE subscriber ADD COLUMN imei_mismatch TEXT NOT NULL DEFAULT 'reject' CHECK (
  imei_mismatch IN ('alarm', 'quarantine', 'reject'));
)sql";

// Prefixes behind a SIM. No two routes share an address: each stands with its first and its last one, as an
// octet 4 or 6 and the address, so that an index finds what is taken.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE framed_route (
  first_address BLOB PRIMARY KEY CHECK (
    typeof(first_address) = 'blob' AND
    ((length(first_address) = 5 AND substr(first_address, 1, 1) = x'04') OR
     (length(first_address) = 17 AND substr(first_address, 1, 1) = x'06'))),
  last_address  BLOB NOT NULL CHECK (
    typeof(last_address) = 'blob' AND length(last_address) = length(first_address) AND
    substr(last_address, 1, 1) = substr(first_address, 1, 1) AND last_address >= first_address),
  prefix        TEXT NOT NULL,
  imsi          TEXT NOT NULL REFERENCES subscriber (imsi) ON DELETE CASCADE ON UPDATE CASCADE,
  context_id    INTEGER NOT NULL CHECK (context_id BETWEEN 1 AND 50)
) WITHOUT ROWID;
CREATE INDEX framed_route_imsi ON framed_route (imsi, context_id);
CREATE TRIGGER framed_route_overlaps BEFORE INSERT ON framed_route
WHEN (SELECT last_address FROM framed_route WHERE first_address <= new.last_address
      ORDER BY first_address DESC LIMIT 1) >= new.first_address
BEGIN
  SELECT RAISE(ABORT, 'framed route overlaps another one');
END;
CREATE TRIGGER framed_route_moved BEFORE UPDATE OF first_address, last_address, prefix ON framed_route BEGIN
  SELECT RAISE(ABORT, 'framed route: remove it, and add another');
END;
CREATE TRIGGER framed_route_added AFTER INSERT ON framed_route BEGIN
  INSERT INTO change (imsi) VALUES (new.imsi);
END;
CREATE TRIGGER framed_route_updated AFTER UPDATE ON framed_route BEGIN
  INSERT INTO change (imsi) VALUES (old.imsi);
  INSERT INTO change (imsi) SELECT new.imsi WHERE new.imsi <> old.imsi;
END;
CREATE TRIGGER framed_route_removed AFTER DELETE ON framed_route BEGIN
  INSERT INTO change (imsi) VALUES (old.imsi);
END;
-- SQLite's shell does not enforce foreign keys: what it leaves would be kept from everybody, or the next SIM's
-- of that IMSI.
CREATE TRIGGER subscriber_owns_until_removed AFTER DELETE ON subscriber BEGIN
  DELETE FROM framed_route WHERE imsi = old.imsi;
  DELETE FROM static_address WHERE imsi = old.imsi;
END;
CREATE TRIGGER subscriber_owns_when_renamed AFTER UPDATE OF imsi ON subscriber WHEN new.imsi <> old.imsi BEGIN
  UPDATE framed_route SET imsi = new.imsi WHERE imsi = old.imsi;
  UPDATE static_address SET imsi = new.imsi WHERE imsi = old.imsi;
END;
DELETE FROM static_address WHERE imsi NOT IN (SELECT imsi FROM subscriber);
)sql";

constexpr std::array kMigrations{Migration{1, kVersion1}, Migration{2, kVersion2}, Migration{3, kVersion3}};

}  // namespace

std::span<const Migration> schema_migrations() {
  return kMigrations;
}

}  // namespace zerocell::store
