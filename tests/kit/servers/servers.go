package servers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

// setUp is the timeout for creating or removing the database, keys or bucket of one test.
const setUp = 30 * time.Second

// There is one server of each kind per process.
var (
	postgresServer = sync.OnceValues(func() (string, error) { return here().server(postgres) })
	redisServer    = sync.OnceValues(func() (string, error) { return here().server(redisKind) })
	s3Server       = sync.OnceValues(func() (string, error) { return here().server(s3Kind) })
)

// Postgres returns the URL of a new, empty database on PostgreSQL 16, for a role with all rights
// in it, which is propflow_owner if this process started the server. Migrations are not
// applied. The database is dropped when the test ends.
func Postgres(t testing.TB) (databaseURL string) {
	t.Helper()
	server, err := address("TEST_DATABASE_URL", postgresServer)
	if err == nil {
		databaseURL, err = database(t, server)
	}
	missing(t, err)
	return databaseURL
}

// Redis returns the address (host:port) of a Redis 7 and the prefix that all keys of this test
// must have. Those keys are deleted when the test ends.
func Redis(t testing.TB) (addr, prefix string) {
	t.Helper()
	addr, err := address("TEST_REDIS_ADDR", redisServer)
	if err == nil {
		prefix, err = keys(t, addr)
	}
	missing(t, err)
	return addr, prefix
}

// S3Endpoint is the address and credentials of a bucket. Requests have the bucket in the path,
// not in the host.
type S3Endpoint struct {
	Endpoint  string // http://host:port
	Region    string
	AccessKey string
	SecretKey string
	Bucket    string // new and empty
}

// S3 returns a new bucket on a server that checks signatures. It is deleted, with its content,
// when the test ends.
func S3(t testing.TB) S3Endpoint {
	t.Helper()
	server, err := address("TEST_S3_ENDPOINT", s3Server)
	endpoint := S3Endpoint{
		Endpoint: server, Bucket: "t-" + unique(),
		Region:    cmp.Or(os.Getenv("TEST_S3_REGION"), "us-east-1"),
		AccessKey: cmp.Or(os.Getenv("TEST_S3_ACCESS_KEY"), ownS3Key),
		SecretKey: cmp.Or(os.Getenv("TEST_S3_SECRET_KEY"), ownS3Secret),
	}
	if err == nil {
		err = endpoint.create(t)
	}
	missing(t, err)
	return endpoint
}

// Address returns an address (host:port) of the loopback interface that was free a moment ago.
func Address(t testing.TB) string {
	t.Helper()
	port, err := freePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// address returns the value of the environment variable, or if that is empty, the address of a
// server that start starts. It returns an error if TEST_SERVERS=none.
func address(variable string, start func() (string, error)) (string, error) {
	if os.Getenv("TEST_SERVERS") == "none" {
		return "", errors.New("TEST_SERVERS=none: tests on memory only")
	}
	if running := os.Getenv(variable); running != "" {
		return running, nil
	}
	return start()
}

// Require ends the test if err is ErrMissing: the test is skipped, or fails if REQUIRE_REAL=1.
func Require(t testing.TB, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) {
		missing(t, err)
	}
}

// missing ends the test if err is not nil: the test is skipped, or fails if REQUIRE_REAL=1.
func missing(t testing.TB, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("REQUIRE_REAL") == "1":
		t.Fatalf("REQUIRE_REAL=1, and %v", err)
	default:
		t.Skipf("skipped: %v", err)
	}
}

// unique returns a random name of lower-case letters and digits that no other test uses.
func unique() string { return strings.ToLower(rand.Text()) }

// database creates a database and returns its URL.
func database(t testing.TB, server string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), setUp)
	defer cancel()
	name := "t_" + unique()
	if err := execute(ctx, server, "CREATE DATABASE "+name+" TEMPLATE template0"); err != nil {
		return "", err
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), setUp)
		defer cancel()
		if err := execute(ctx, server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	link, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	link.Path = "/" + name
	return link.String(), nil
}

func execute(ctx context.Context, server, statement string) error {
	connection, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	_, err = connection.Exec(ctx, statement)
	return err
}

// keys returns a unique key prefix. Keys with it are deleted when the test ends.
func keys(t testing.TB, addr string) (prefix string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), setUp)
	defer cancel()
	if err := pong(ctx, addr); err != nil {
		return "", err
	}
	prefix = "t:" + unique() + ":"
	t.Cleanup(func() {
		client := redis.NewClient(&redis.Options{Addr: addr})
		defer client.Close()
		ctx, cancel := context.WithTimeout(context.Background(), setUp)
		defer cancel()
		found := client.Scan(ctx, 0, prefix+"*", 1000).Iterator()
		for found.Next(ctx) {
			client.Unlink(ctx, found.Val())
		}
		if err := found.Err(); err != nil {
			t.Errorf("delete the test's keys: %v", err)
		}
	})
	return prefix, nil
}
