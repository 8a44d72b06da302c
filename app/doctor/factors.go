package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/propflow/propflow/adapters/secretbox"
)

// sealing is a number of secrets that are sealed with the same key.
type sealing struct {
	Key   string // its id, empty if the secrets are in the clear
	Count int
}

// factors reports secrets of second factors that are in the clear, under an older key, or under one that
// TOTP_KEY lacks.
func (d Doctor) factors(ctx context.Context, pool *pgxpool.Pool) ([]Finding, error) {
	list, err := rows[sealing](ctx, pool, `
		SELECT CASE WHEN starts_with(secret, $1) THEN split_part(secret, '.', 2) ELSE '' END AS key, count(*)::int AS count
		FROM users, unnest(ARRAY[totp_secret, totp_next]) AS secret
		WHERE role <> 'CUSTOMER' AND secret <> '' GROUP BY 1 ORDER BY 1`, secretbox.Prefix)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(d.Config.TOTPKeys))
	for _, key := range d.Config.TOTPKeys {
		id, err := secretbox.ID([]byte(key))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	found := make([]Finding, 0, len(list))
	for _, s := range list {
		found = append(found, s.finding(ids))
	}
	if len(found) == 0 {
		found = append(found, databaseArea.ok("no second factor is enrolled"))
	}
	return found, nil
}

const sealsItself = "seal_secrets seals them within the hour, once no process of 0.2.0 is connected; until then keep every key in TOTP_KEY"

func (s sealing) finding(ids []string) Finding {
	secrets := fmt.Sprintf("%d secrets of second factors are", s.Count)
	switch place := slices.Index(ids, s.Key); {
	case s.Key == "":
		return databaseArea.find(Warning, sealsItself, "%s in the clear", secrets)
	case place < 0:
		return databaseArea.find(Critical, "put the key back into TOTP_KEY; if it is lost, reset their holders: runbook",
			"%s sealed with the key %s, which TOTP_KEY lacks", secrets, strings.ToLower(s.Key))
	case place > 0:
		return databaseArea.find(Warning, sealsItself, "%s sealed with the older key %s", secrets, s.Key)
	}
	return databaseArea.ok("%s sealed with the first key, %s", secrets, s.Key)
}
