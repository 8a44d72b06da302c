package redis

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/propflow/propflow/domain"
)

const (
	// Patience bounds every call except Stream.Wait.
	Patience = time.Second
	// retryAfter is when clients should try again if Redis is down.
	retryAfter = 2 * time.Second
	// margin is how long keys outlive their values, because clocks differ.
	margin = time.Minute
)

// Options configure a Client.
type Options struct {
	Addr     string // host:port
	Username string // of an ACL; empty for the default user
	Password string
	TLS      bool       // check the server's certificate against its host name
	DB       int        // logical database
	Prefix   string     // of all keys
	PoolSize int        // connections at most; 0 for ten per core
	Hook     redis.Hook // sees every command, for traces; may be nil
	// Patience bounds every call except Stream.Wait. Half of it bounds connecting, and a fifth
	// the calls of the cache. 0 means the constant of that name.
	Patience time.Duration
}

// Client holds the connections that the adapters of this package share.
type Client struct {
	redis    *redis.Client
	prefix   string
	patience time.Duration
}

// Open returns a client, which connects on its first call.
func Open(o Options) *Client {
	patience := cmp.Or(o.Patience, Patience)
	options := &redis.Options{
		Addr: o.Addr, Username: o.Username, Password: o.Password, DB: o.DB,
		MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true,
		DialTimeout: patience / 2, ReadTimeout: patience, WriteTimeout: patience, PoolTimeout: patience / 2,
		PoolSize: o.PoolSize, PipelinePoolSize: -1, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if o.TLS {
		options.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	client := redis.NewClient(options)
	if o.Hook != nil {
		client.AddHook(o.Hook)
	}
	return &Client{redis: client, prefix: o.Prefix, patience: patience}
}

// Within returns a client of the same connections whose keys have a prefix of their own for
// the name, so that data about one database is never taken for data about another. Closing
// either client closes both.
func (c *Client) Within(name string) *Client {
	return &Client{redis: c.redis, prefix: c.key("of", name) + ":", patience: c.patience}
}

// Ping returns nil if Redis answers. Errors: KindUnavailable.
func (c *Client) Ping(ctx context.Context) error {
	return c.call(ctx, func(ctx context.Context) error { return c.redis.Ping(ctx).Err() })
}

// PoolStats describes the connections of a client at one moment.
type PoolStats struct {
	// Max is the limit; Used and Idle are the open connections.
	Max, Used, Idle int
	// Waited counts how often a caller had to wait for a connection.
	Waited uint32
}

// PoolStats returns the current use of the connections.
func (c *Client) PoolStats() PoolStats {
	now := c.redis.PoolStats()
	return PoolStats{
		Max: c.redis.Options().PoolSize, Used: int(now.TotalConns - now.IdleConns), Idle: int(now.IdleConns), Waited: now.WaitCount,
	}
}

// Close closes all connections.
func (c *Client) Close() error { return c.redis.Close() }

// key returns the key for a name. The name is hashed, because keys end up in slow logs and
// phone numbers must not.
func (c *Client) key(kind, name string) string {
	sum := sha256.Sum256([]byte(name))
	return c.prefix + kind + ":" + hex.EncodeToString(sum[:16])
}

// run runs a script. Errors: as call.
func (c *Client) run(ctx context.Context, script *redis.Script, keys []string, args ...any) (answer []any, err error) {
	err = c.call(ctx, func(ctx context.Context) error {
		answer, err = script.Run(ctx, c.redis, keys, args...).Slice()
		return err
	})
	return answer, err
}

// call runs do within c.patience. Errors: that of ctx if it has ended, and those of translate.
func (c *Client) call(ctx context.Context, do func(ctx context.Context) error) error {
	bounded, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	err := do(bounded)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return translate(err)
}

// translate turns every failure of Redis and of the connection to it into KindUnavailable,
// including a refusal for the state of the server, such as loading or out of memory. Any other
// refused command is returned without a Kind, because it is a bug of this program.
func translate(err error) error {
	var refused redis.Error
	if errors.As(err, &refused) && !redis.IsLoadingError(err) && !redis.IsReadOnlyError(err) && !redis.IsTryAgainError(err) &&
		!redis.IsMaxClientsError(err) && !redis.IsMasterDownError(err) && !redis.IsOOMError(err) && !redis.IsAuthError(err) {
		return fmt.Errorf("redis: %w", err)
	}
	return domain.Unavailable("redis", retryAfter, err)
}

// quiet drops what go-redis would print, because all of it is returned as errors too.
type quiet struct{}

// Printf implements the logger of go-redis.
func (quiet) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(quiet{}) } // in init, because it is read without a lock
