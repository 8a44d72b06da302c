package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/postgres"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
	"github.com/propflow/propflow/tests/kit/servers"
)

// noon is the time of every measurement.
var noon = time.Date(2026, time.November, 23, 6, 30, 0, 0, time.UTC)

// filled returns the URL of a new database with so many users, properties and comparables, and the
// photos, valuations and audit entries of one property in twenty. Whatever the number, a place,
// a day, a valuer and a pincode have the same number of them, and the same share is in each
// state.
func filled(tb testing.TB, rows int) string {
	tb.Helper()
	url, conn := begun(tb)
	run := func(statement string) {
		_, err := conn.Exec(tb.Context(), statement)
		require.NoError(tb, err, statement)
	}
	for table, row := range map[string]func(r record, i int){
		"users":         userRow(rows),
		"properties":    propertyRow(rows),
		"comparables":   comparableRow(rows),
		"photos":        photoRow,
		"valuations":    valuationRow,
		"audit_entries": auditRow,
	} {
		n := rows
		switch table {
		case "photos", "audit_entries":
			n = rows / photographed * ofEach
		case "valuations":
			n = rows / photographed
		}
		indexes := dropIndexes(tb, conn, table)
		fill(tb, conn, table, n, row)
		for _, index := range indexes {
			run(index)
		}
		run("VACUUM (ANALYZE) " + table)
	}
	run("CHECKPOINT")
	return url
}

// begun returns the URL of a new database with one exemplar of each thing, and a connection
// to fill it by.
func begun(tb testing.TB) (string, *pgx.Conn) {
	tb.Helper()
	url := servers.Postgres(tb)
	migrations, err := postgres.OpenMigrations(url)
	require.NoError(tb, err)
	_, err = migrations.Up(tb.Context())
	require.NoError(tb, err)
	require.NoError(tb, migrations.Close())
	exemplify(tb, url)
	conn, err := pgx.Connect(tb.Context(), url)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, conn.Close(context.WithoutCancel(tb.Context()))) })
	_, err = conn.Exec(tb.Context(), `SET session_replication_role = replica; -- no look-up of every row's references
		SET maintenance_work_mem = '512MB'`)
	require.NoError(tb, err)
	return url, conn
}

// exemplify stores one of each thing as the product does. The rows of each table are copies of
// it but for the columns that their makers set, so that they cannot miss a column.
func exemplify(tb testing.TB, url string) {
	tb.Helper()
	store, err := postgres.Open(tb.Context(), url, postgres.Options{MaxConns: 1})
	require.NoError(tb, err)
	defer store.Close()
	owner := domain.NewCustomer(domain.UserID(id("user", 1)), "+919800000001", noon)
	where := &domain.Point{Lat: south, Lng: west}
	property := domain.Property{
		ID: domain.PropertyID(id("exemplar", 1)), OwnerID: owner.ID, Type: domain.House, State: domain.Draft, Salt: id("salt", 1),
		Details: domain.Details{
			Address:  domain.Address{Line1: "12 Station Road", Locality: "Camp", City: "Pune", State: "Maharashtra", Pincode: "411001"},
			AreaSqFt: 1200, Location: &domain.Location{Point: *where, AccuracyM: 8},
		},
		CreatedAt: noon, UpdatedAt: noon,
	}
	challenge := domain.Challenge{
		ID: domain.ChallengeID(id("exemplar", 2)), UserID: owner.ID, PropertyID: property.ID,
		Subject: domain.Subject{Type: domain.PhotoFront}, IssuedAt: noon, ExpiresAt: noon.Add(domain.ChallengeTTL),
	}
	photo := domain.Photo{
		ID: domain.PhotoID(id("exemplar", 3)), PropertyID: property.ID, OwnerID: owner.ID, Subject: challenge.Subject,
		Status:    domain.PhotoPassed,
		Announced: domain.Announcement{SHA256: digest(0), Bytes: 3 << 20, ContentType: domain.ContentJPEG},
		Device:    domain.DeviceReport{CapturedAt: &noon, Location: where, AccuracyM: 8, Model: "Pixel 8"}, ChallengeID: challenge.ID,
		ChallengedAt: noon, CreatedAt: noon, CompletedAt: noon, InspectedAt: noon,
		Facts: domain.ImageFacts{
			PerceptualHash: hashOf(-1), Fingerprint: make(domain.Fingerprint, domain.FingerprintBytes),
			Format: domain.FormatJPEG, Bytes: 3 << 20, SHA256: digest(0), Width: 4000, Height: 3000, Sharpness: 400, Brightness: 120,
			EXIF: domain.EXIF{Orientation: 1, TakenAt: &noon, Zoned: true, Location: where, Make: "Google", Model: "Pixel 8"},
		},
	}
	sale := domain.Comparable{
		ID: domain.ComparableID(id("exemplar", 4)), Source: domain.SourceRegistry, SourceID: "exemplar", Type: domain.House,
		Locality: "Camp", City: "Pune", Pincode: "411001", Location: *where, AreaSqFt: 1100, Price: domain.Crore,
		SoldOn: domain.Date(noon), CreatedBy: owner.ID, CreatedAt: noon,
	}
	valuation := domain.Valuation{
		ID: domain.ValuationID(id("exemplar", 5)), PropertyID: property.ID, Number: 1, ValuerID: owner.ID, Amount: domain.Crore,
		Methodology: domain.SalesComparison, Comparables: []domain.AdjustedComparable{{Comparable: sale}, {Comparable: sale}, {Comparable: sale}},
		Rationale: strings.Repeat("Sold nearby. ", 20), Confidence: 80, Status: domain.ValuationApproved, CreatedAt: noon, ApprovedAt: noon,
	}
	require.NoError(tb, store.Do(tb.Context(), func(ctx context.Context, tx ports.Tx) error {
		for _, add := range []func() error{
			func() error { return tx.Users.Add(ctx, owner) },
			func() error { return tx.Properties.Add(ctx, property) },
			func() error { return tx.Challenges.Add(ctx, challenge) },
			func() error { return tx.Photos.Add(ctx, photo) },
			func() error { return tx.Comparables.Add(ctx, sale) },
			func() error { return tx.Valuations.Add(ctx, valuation) },
		} {
			if err := add(); err != nil {
				return err
			}
		}
		_, err := tx.Audit.Append(ctx, domain.AuditEntry{
			PropertyID: property.ID, At: noon, ActorID: owner.ID, ActorRole: owner.Role, Action: domain.ActionCreated, To: domain.Draft,
			Facts: []domain.Fact{{Name: "details", Value: digest(1)}},
		})
		return err
	}))
}

// record is a row in the text of COPY.
type record struct {
	place  map[string]int
	values []string
}

const null = `\N`

func (r record) set(column string, value any) {
	at, ok := r.place[column]
	if !ok {
		panic("no column " + column)
	}
	switch v := value.(type) {
	case time.Time:
		r.values[at] = v.UTC().Format("2006-01-02 15:04:05.000000Z")
	case float64:
		r.values[at] = strconv.FormatFloat(v, 'f', 9, 64)
	default:
		r.values[at] = fmt.Sprint(v)
	}
}

// fill copies n rows like the table's only one into it; row sets what is each one's own.
func fill(tb testing.TB, conn *pgx.Conn, table string, n int, row func(r record, i int)) {
	tb.Helper()
	found, err := conn.Query(tb.Context(), "SELECT * FROM "+table, pgx.QueryResultFormats{pgx.TextFormatCode})
	require.NoError(tb, err)
	require.True(tb, found.Next())
	exemplar := record{place: map[string]int{}}
	var columns []string
	for i, value := range found.RawValues() {
		text := null
		if value != nil {
			text = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`).Replace(string(value))
		}
		columns = append(columns, found.FieldDescriptions()[i].Name)
		exemplar.place[columns[i]] = i
		exemplar.values = append(exemplar.values, text)
	}
	found.Close()
	require.NoError(tb, found.Err())

	out, in := io.Pipe()
	go func() {
		var batch bytes.Buffer
		r := record{exemplar.place, make([]string, len(columns))}
		for i := range n {
			copy(r.values, exemplar.values)
			row(r, i)
			batch.WriteString(strings.Join(r.values, "\t"))
			batch.WriteByte('\n')
			if batch.Len() > 1<<16 || i == n-1 {
				if _, err := batch.WriteTo(in); err != nil {
					return // the reader knows why
				}
			}
		}
		_ = in.Close() // it never fails
	}()
	_, err = conn.PgConn().CopyFrom(tb.Context(), out, fmt.Sprintf("COPY %s (%s) FROM STDIN", table, strings.Join(columns, ", ")))
	_ = out.Close() // it never fails
	require.NoError(tb, err, table)
}

// dropIndexes drops what no constraint needs and returns the statements that bring it back.
func dropIndexes(tb testing.TB, conn *pgx.Conn, table string) []string {
	tb.Helper()
	rows, err := conn.Query(tb.Context(), `SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
		WHERE i.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)`, table)
	require.NoError(tb, err)
	type index struct{ Name, Statement string }
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[index])
	require.NoError(tb, err)
	var statements []string
	for _, i := range found {
		_, err := conn.Exec(tb.Context(), "DROP INDEX "+i.Name)
		require.NoError(tb, err)
		statements = append(statements, i.Statement)
	}
	return statements
}

// The south-western corner of the comparables' square, and how many lie on a km².
const (
	south, west = 17.0, 74.0
	perKM2      = 25.0
	kmPerDegree = 111.195
)

// sideKM is the side of the square that so many comparables fill.
func sideKM(rows int) float64 { return math.Sqrt(float64(rows) / perKM2) }

// at is the place so many kilometres from the corner.
func at(eastKM, northKM float64) domain.Point {
	lat := south + northKM/kmPerDegree
	return domain.Point{Lat: lat, Lng: west + eastKM/kmPerDegree/math.Cos(lat*math.Pi/180)}
}
