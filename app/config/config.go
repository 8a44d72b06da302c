package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/smtp"
)

// Config is what every process reads from the environment.
type Config struct {
	// Address is where the API listens.
	Address string `env:"HTTP_ADDRESS" envDefault:"127.0.0.1:8000"`
	// PublicURL is how clients reach the API; the address that it listens on where empty.
	PublicURL string `env:"PUBLIC_URL"`
	// SecretKeys lists the keys that access tokens are signed with, the first one new ones;
	// each has at least 32 bytes. Where empty, a demo draws one that dies with it.
	SecretKeys []string `env:"SECRET_KEY" envSeparator:","`
	// LogLevel is DEBUG, INFO, WARN or ERROR.
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	// TrustedProxies is how many proxies stand before the API.
	TrustedProxies int `env:"TRUSTED_PROXIES" envDefault:"0"`
	// UserRequestsPerMinute and AddressRequestsPerMinute limit one user, and one address
	// without a user.
	UserRequestsPerMinute    int `env:"USER_REQUESTS_PER_MINUTE" envDefault:"600"`
	AddressRequestsPerMinute int `env:"ADDRESS_REQUESTS_PER_MINUTE" envDefault:"300"`
	// OTPRequestsPerHour is how many one-time codes one address may ask for.
	OTPRequestsPerHour int `env:"OTP_REQUESTS_PER_HOUR" envDefault:"30"`
	// ShutdownDelay is how long the API still takes requests after it was told to end and
	// /readyz says so: longer than a load balancer takes to notice.
	ShutdownDelay time.Duration `env:"SHUTDOWN_DELAY" envDefault:"0s"`
}

// Servers is what processes read that run on real servers.
type Servers struct {
	Config
	Database
	Redis
	S3
	Vendors
	JobsWeb
	Observe
}

// Database says how to reach PostgreSQL.
type Database struct {
	// DatabaseURL names the database, for a login that may become the application's role.
	DatabaseURL string `env:"DATABASE_URL,required,notEmpty"`
	// DatabaseConns is the most connections of one process.
	DatabaseConns int32 `env:"DATABASE_CONNECTIONS" envDefault:"16"`
	// JobTimeout bounds one attempt of a job. A job whose worker died is tried again after a
	// quarter longer.
	JobTimeout time.Duration `env:"JOB_TIMEOUT" envDefault:"2m"`
}

// Redis says how to reach Redis.
type Redis struct {
	// RedisHost is the server's name, without a port.
	RedisHost string `env:"REDIS_HOST,required,notEmpty"`
	// RedisPort is the port there.
	RedisPort uint16 `env:"REDIS_PORT" envDefault:"6379"`
	// RedisPassword is asked for by the server; empty where it asks for none.
	RedisPassword string `env:"REDIS_PASSWORD"`
	// RedisTLS encrypts the way there and checks the server's certificate.
	RedisTLS bool `env:"REDIS_TLS"`
	// RedisPrefix begins every key, so that deployments can share a server.
	RedisPrefix string `env:"REDIS_PREFIX" envDefault:"propflow:"`
	// QueueCache keeps first pages of the queue there. While some processes do and others do
	// not, a page may be up to two seconds old.
	QueueCache bool `env:"QUEUE_CACHE" envDefault:"true"`
}

// S3 says how to reach the object store.
type S3 struct {
	// S3Bucket holds photos, reports and anchors of the audit chains.
	S3Bucket string `env:"S3_BUCKET,required,notEmpty"`
	// S3Endpoint is set for MinIO and the like, which name buckets in the path; empty for AWS.
	S3Endpoint string `env:"S3_ENDPOINT"`
	// S3Region is the region of the bucket.
	S3Region string `env:"S3_REGION" envDefault:"ap-south-1"`
	// S3LinkEndpoint is the same server as clients see it who use links; S3Endpoint where empty.
	S3LinkEndpoint string `env:"S3_LINK_ENDPOINT"`
	// AccessKey and SecretKey are empty where the container has a role.
	AccessKey string `env:"AWS_ACCESS_KEY_ID"`
	SecretKey string `env:"AWS_SECRET_ACCESS_KEY"`
	// RolePath is where ECS gives a task the keys of its role; ECS sets it.
	RolePath string `env:"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"`
	// RoleURL is where other platforms give them, EKS for one, which sets it: on this machine, or
	// by https.
	RoleURL string `env:"AWS_CONTAINER_CREDENTIALS_FULL_URI"`
	// RoleToken is shown there; RoleTokenFile names the file that holds it instead.
	RoleToken     string `env:"AWS_CONTAINER_AUTHORIZATION_TOKEN"`
	RoleTokenFile string `env:"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"`
}

// Vendors names accounts with vendors; each may be left out.
type Vendors struct {
	// TwilioAccountSID and TwilioAuthToken open Twilio; messages go to the console where empty.
	TwilioAccountSID string `env:"TWILIO_ACCOUNT_SID"`
	TwilioAuthToken  string `env:"TWILIO_AUTH_TOKEN"`
	// TwilioURL is where its API is; Twilio's own where empty.
	TwilioURL string `env:"TWILIO_API_URL"`
	// TwilioFrom and TwilioWhatsAppFrom are the registered senders.
	TwilioFrom         string `env:"TWILIO_FROM"`
	TwilioWhatsAppFrom string `env:"TWILIO_WHATSAPP_FROM"`
	// TwilioSMSContents and TwilioWhatsAppContents give the Content SID of each template, as
	// "valued.en:HX…,valued.hi:HX…".
	TwilioSMSContents      map[string]string `env:"TWILIO_SMS_CONTENTS"`
	TwilioWhatsAppContents map[string]string `env:"TWILIO_WHATSAPP_CONTENTS"`
	// TwilioStatusCallback is the public URL that Twilio reports deliveries to; the API's path
	// below PUBLIC_URL where empty.
	TwilioStatusCallback string `env:"TWILIO_STATUS_CALLBACK"`
	Mail
	// VisionKey opens Google Cloud Vision; images are not analysed where empty.
	VisionKey string `env:"GOOGLE_VISION_API_KEY"`
	// VisionURL is where its API is; Google's own where empty.
	VisionURL string `env:"GOOGLE_VISION_API_URL"`
}

// Mail names the server that takes e-mail.
type Mail struct {
	// SMTPHost is the name of a submission server, as its certificate has it; e-mail goes to the
	// console where empty.
	SMTPHost string `env:"SMTP_HOST"`
	// SMTPPort is the port there.
	SMTPPort uint16 `env:"SMTP_PORT" envDefault:"587"`
	// SMTPTLS is how the way there is encrypted: starttls, implicit (port 465), or none, which
	// production refuses.
	SMTPTLS string `env:"SMTP_TLS" envDefault:"starttls"`
	// SMTPUsername and SMTPPassword log in there; there is no login where both are empty.
	SMTPUsername string `env:"SMTP_USERNAME"`
	SMTPPassword string `env:"SMTP_PASSWORD"`
	// SMTPFrom is the sender, an address with or without a name: PropFlow <digest@example.in>.
	SMTPFrom string `env:"SMTP_FROM"`
}

// Migrations is what `propflow migrate` reads.
type Migrations struct {
	// URL names the database, for a login that owns its schema; DATABASE_URL where empty.
	URL string `env:"MIGRATE_DATABASE_URL"`
	// DatabaseURL names the database, for a login that may become the application's role.
	DatabaseURL string `env:"DATABASE_URL"`
}

// production is the ENVIRONMENT in which no way leaves the machine unencrypted.
const production = "production"

// MinSecretBytes is the least length of a signing key (RFC 7518, 3.2, for HS256).
const MinSecretBytes = 32

// Load reads what a demo needs. Its error names every fault at once and never a value.
func Load() (Config, error) { return FromMap(environment()) }

// FromMap is Load on a map of variables.
func FromMap(vars map[string]string) (Config, error) { return parse(vars, Config.faults) }

// LoadServers reads what a process on real servers needs. Errors: as Load.
func LoadServers() (Servers, error) { return ServersFromMap(environment()) }

// ServersFromMap is LoadServers on a map of variables.
func ServersFromMap(vars map[string]string) (Servers, error) { return parse(vars, Servers.faults) }

// LoadMigrations reads what migrations need. Errors: as Load.
func LoadMigrations() (Migrations, error) {
	m, err := parse(environment(), Migrations.faults)
	if m.URL == "" {
		m.URL = m.DatabaseURL
	}
	return m, err
}

// parse reads variables into a struct and checks it; its error names all faults of both.
func parse[T any](vars map[string]string, check func(T) []error) (T, error) {
	c, faults := read(vars, check)
	if err := errors.Join(faults...); err != nil {
		var none T
		return none, fmt.Errorf("the environment is not usable: %w", err)
	}
	return c, nil
}

func (c Config) faults() []error {
	var faults []error
	for i, key := range c.SecretKeys {
		if len(key) < MinSecretBytes {
			faults = append(faults, fmt.Errorf("SECRET_KEY: key %d is shorter than %d bytes", i+1, MinSecretBytes))
		}
	}
	faults = append(faults, listening("HTTP_ADDRESS", c.Address)...)
	faults = append(faults, absolute("PUBLIC_URL", c.PublicURL)...)
	if c.ShutdownDelay < 0 {
		faults = append(faults, errors.New("SHUTDOWN_DELAY: must not be negative"))
	}
	faults = append(faults, notNegative("USER_REQUESTS_PER_MINUTE", c.UserRequestsPerMinute)...)
	faults = append(faults, notNegative("ADDRESS_REQUESTS_PER_MINUTE", c.AddressRequestsPerMinute)...)
	if c.OTPRequestsPerHour < 1 {
		faults = append(faults, errors.New("OTP_REQUESTS_PER_HOUR: must be at least 1"))
	}
	return append(faults, notNegative("TRUSTED_PROXIES", c.TrustedProxies)...)
}

func (s Servers) faults() []error {
	faults := slices.Concat(s.Config.faults(), s.Database.faults(), s.Redis.faults(), s.S3.faults(), s.Vendors.faults(), s.JobsWeb.faults(), s.Observe.faults())
	if len(s.SecretKeys) == 0 {
		faults = append(faults, errors.New("SECRET_KEY: required"))
	}
	if s.Environment == production && s.SMTPHost != "" && s.SMTPTLS == string(smtp.Plain) {
		faults = append(faults, errors.New("SMTP_TLS: production needs starttls or implicit"))
	}
	return faults
}

func (m Migrations) faults() []error {
	if m.URL == "" && m.DatabaseURL == "" {
		return []error{errors.New("MIGRATE_DATABASE_URL: required")}
	}
	return append(databaseURL("MIGRATE_DATABASE_URL", m.URL), databaseURL("DATABASE_URL", m.DatabaseURL)...)
}

func absolute(name, value string) []error {
	if u, err := url.Parse(value); value != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return []error{fmt.Errorf("%s: must be an absolute URL", name)}
	}
	return nil
}

func notNegative(name string, n int) []error {
	if n < 0 {
		return []error{fmt.Errorf("%s: must not be negative", name)}
	}
	return nil
}

func environment() map[string]string {
	vars := make(map[string]string)
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	return vars
}
