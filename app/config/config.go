package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/propflow/propflow/adapters/smtp"
	"github.com/propflow/propflow/domain"
)

// Config is the configuration that every process reads.
type Config struct {
	// Address is the host:port on which the API listens.
	Address string `env:"HTTP_ADDRESS" envDefault:"127.0.0.1:8000"`
	// PublicURL is the URL at which clients reach the API; if empty, the address on which it
	// listens.
	PublicURL string `env:"PUBLIC_URL"`
	// DashboardOrigins and CaptureOrigins are the origins of the pages of the dashboard and of the
	// owner's application, which keep their sessions in cookies; if empty, none may.
	DashboardOrigins []string `env:"DASHBOARD_ORIGINS" envSeparator:","`
	CaptureOrigins   []string `env:"CAPTURE_ORIGINS" envSeparator:","`
	// SecretKeys lists the keys for access tokens, each of at least 32 bytes. The first one
	// signs; tokens signed with any of them are accepted. If empty, a demo generates one for its
	// lifetime.
	SecretKeys []string `env:"SECRET_KEY" envSeparator:","`
	// TOTPKeys lists the keys that encrypt the secrets of second factors in the database, each of at
	// least 32 bytes. The first one encrypts, all of them decrypt. If empty, a demo generates one
	// for its lifetime. Who loses them resets the second factor of all staff.
	TOTPKeys []string `env:"TOTP_KEY" envSeparator:","`
	// Pepper is the key of the hashes of one-time codes, of at least 32 bytes. It is required in
	// production; elsewhere, if empty, it is derived from the first of SecretKeys.
	Pepper string `env:"PEPPER"`
	// GrievanceName and GrievanceEmail are the person or office who answers people about their
	// data, as the consent notice names them; required if ENVIRONMENT is production.
	GrievanceName  string `env:"GRIEVANCE_NAME"`
	GrievanceEmail string `env:"GRIEVANCE_EMAIL"`
	// LogLevel is DEBUG, INFO, WARN or ERROR.
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	// TrustedProxies is the number of proxies in front of the API.
	TrustedProxies int `env:"TRUSTED_PROXIES" envDefault:"0"`
	// UserRequestsPerMinute limits one user; 0 means no limit.
	UserRequestsPerMinute int `env:"USER_REQUESTS_PER_MINUTE" envDefault:"600"`
	// AddressRequestsPerMinute limits one address without a user; 0 means no limit. Mobile carriers
	// and branches share an address, so it is as many as the firewall's 10,000 in 5 minutes.
	AddressRequestsPerMinute int `env:"ADDRESS_REQUESTS_PER_MINUTE" envDefault:"2000"`
	// OTPRequestsPerHour is the maximum number of one-time codes that one address may request in
	// an hour. Mobile carriers and branches share an address.
	OTPRequestsPerHour int `env:"OTP_REQUESTS_PER_HOUR" envDefault:"600"`
	// OTPResendAfter is the time between two one-time codes for one number; 0s for none.
	OTPResendAfter time.Duration `env:"OTP_RESEND_AFTER" envDefault:"30s"`
	// OTPNumberPerHour and OTPNumberPerDay limit the one-time codes for one number. Devices that
	// logged in to the number before have each a limit of their own. The demo limits neither,
	// whatever they are, because its people log in again and again.
	OTPNumberPerHour int `env:"OTP_NUMBER_PER_HOUR" envDefault:"10"`
	OTPNumberPerDay  int `env:"OTP_NUMBER_PER_DAY" envDefault:"30"`
	// OTPBudgetPerMinute and OTPBudgetPerHour are the one-time codes of the whole installation. Once
	// they are used up, codes go to the numbers of users only.
	OTPBudgetPerMinute int `env:"OTP_BUDGET_PER_MINUTE" envDefault:"300"`
	OTPBudgetPerHour   int `env:"OTP_BUDGET_PER_HOUR" envDefault:"6000"`
	// SecondAdmin has a second ADMIN confirm grants of SUPERVISOR and ADMIN, and the settings that
	// decide when a supervisor must sign off. It is no setting, so that no ADMIN can turn it off.
	SecondAdmin bool `env:"SECOND_ADMIN" envDefault:"true"`
	// ShutdownDelay is how long the API still accepts requests after a signal to stop, while
	// /readyz answers 503. It must be longer than a load balancer takes to notice.
	ShutdownDelay time.Duration `env:"SHUTDOWN_DELAY" envDefault:"0s"`
}

// Servers is the configuration of processes that run on real servers.
type Servers struct {
	Config
	Database
	Redis
	S3
	Vendors
	JobsWeb
	Observe

	// HTTPTLS encrypts HTTP_ADDRESS with a certificate that each process makes for itself, for a load
	// balancer that does not check it.
	HTTPTLS bool `env:"HTTP_TLS"`
}

// Database is the configuration of PostgreSQL.
type Database struct {
	// DatabaseURL names the database and a login that may become the application's role.
	DatabaseURL string `env:"DATABASE_URL,required,notEmpty"`
	// DatabaseConns is the maximum number of connections of one process.
	DatabaseConns int32 `env:"DATABASE_CONNECTIONS" envDefault:"16"`
	// JobTimeout bounds one attempt of a job. A job whose worker died is tried again after 1.25
	// times this timeout.
	JobTimeout time.Duration `env:"JOB_TIMEOUT" envDefault:"2m"`
}

// Redis is the configuration of Redis.
type Redis struct {
	// RedisHost is the server's name, without a port.
	RedisHost string `env:"REDIS_HOST,required,notEmpty"`
	// RedisPort is the server's port.
	RedisPort uint16 `env:"REDIS_PORT" envDefault:"6379"`
	// RedisPassword is the server's password; empty if it requires none.
	RedisPassword string `env:"REDIS_PASSWORD"`
	// RedisTLS turns on TLS, with a check of the server's certificate.
	RedisTLS bool `env:"REDIS_TLS"`
	// RedisPrefix begins every key, so that deployments can share a server.
	RedisPrefix string `env:"REDIS_PREFIX" envDefault:"propflow:"`
	// QueueCache caches the first pages of the queue in Redis. If only some processes do, a page
	// may be up to two seconds old.
	QueueCache bool `env:"QUEUE_CACHE" envDefault:"true"`
}

// S3 is the configuration of the object store.
type S3 struct {
	// S3Bucket contains photos, reports and the anchors of the audit chains.
	S3Bucket string `env:"S3_BUCKET,required,notEmpty"`
	// S3Endpoint is the URL of a server such as MinIO, which expects the bucket's name in the
	// path; empty for AWS.
	S3Endpoint string `env:"S3_ENDPOINT"`
	// S3Region is the region of the bucket.
	S3Region string `env:"S3_REGION" envDefault:"ap-south-1"`
	// S3LinkEndpoint is the URL of the same server as clients that follow links reach it; if
	// empty, S3Endpoint.
	S3LinkEndpoint string `env:"S3_LINK_ENDPOINT"`
	// AccessKey and SecretKey are empty if the container has a role.
	AccessKey string `env:"AWS_ACCESS_KEY_ID"`
	SecretKey string `env:"AWS_SECRET_ACCESS_KEY"`
	// RolePath is the path at which ECS gives a task the keys of its role; ECS sets it.
	RolePath string `env:"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"`
	// RoleURL is the URL at which other platforms give the keys; EKS sets it, for example. It
	// must be https or on this machine (the agents of ECS and EKS count as such).
	RoleURL string `env:"AWS_CONTAINER_CREDENTIALS_FULL_URI"`
	// RoleToken is sent with the request for the keys; RoleTokenFile names a file that contains
	// it instead.
	RoleToken     string `env:"AWS_CONTAINER_AUTHORIZATION_TOKEN"`
	RoleTokenFile string `env:"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"`
}

// Vendors is the configuration of accounts with vendors; each may be missing.
type Vendors struct {
	// TwilioAccountSID and TwilioAuthToken authenticate to Twilio; if empty, SMS and WhatsApp
	// messages go to the console.
	TwilioAccountSID string `env:"TWILIO_ACCOUNT_SID"`
	TwilioAuthToken  string `env:"TWILIO_AUTH_TOKEN"`
	// TwilioURL is the base URL of the Twilio API; if empty, Twilio's own.
	TwilioURL string `env:"TWILIO_API_URL"`
	// TwilioFrom and TwilioWhatsAppFrom are the registered senders.
	TwilioFrom         string `env:"TWILIO_FROM"`
	TwilioWhatsAppFrom string `env:"TWILIO_WHATSAPP_FROM"`
	// TwilioSMSContents and TwilioWhatsAppContents are the Content SID of each template, for
	// example "valued.en:HX…,valued.hi:HX…".
	TwilioSMSContents      map[string]string `env:"TWILIO_SMS_CONTENTS"`
	TwilioWhatsAppContents map[string]string `env:"TWILIO_WHATSAPP_CONTENTS"`
	// TwilioStatusCallback is the public URL to which Twilio reports deliveries; if empty, the
	// API's path below PUBLIC_URL, provided that is https.
	TwilioStatusCallback string `env:"TWILIO_STATUS_CALLBACK"`
	Mail
	// VisionKey authenticates to Google Cloud Vision; if empty, photos are not analysed.
	VisionKey string `env:"GOOGLE_VISION_API_KEY"`
	// VisionURL is the base URL of the Vision API; if empty, Google's own.
	VisionURL string `env:"GOOGLE_VISION_API_URL"`
}

// Mail is the configuration of the server that accepts e-mail.
type Mail struct {
	// SMTPHost is the name of a submission server, as in its certificate; if empty, e-mail goes
	// to the console.
	SMTPHost string `env:"SMTP_HOST"`
	// SMTPPort is the server's port.
	SMTPPort uint16 `env:"SMTP_PORT" envDefault:"587"`
	// SMTPTLS is how the connection is encrypted: starttls, implicit (port 465), or none, which
	// is refused unless ENVIRONMENT is development.
	SMTPTLS string `env:"SMTP_TLS" envDefault:"starttls"`
	// SMTPUsername and SMTPPassword log in to the server; if both are empty, there is no login.
	SMTPUsername string `env:"SMTP_USERNAME"`
	SMTPPassword string `env:"SMTP_PASSWORD"`
	// SMTPFrom is the sender, an address with or without a name: PropFlow <digest@example.in>.
	SMTPFrom string `env:"SMTP_FROM"`
}

// Migrations is the configuration of `propflow migrate`.
type Migrations struct {
	// URL names the database and a login that owns its schema; if empty, DATABASE_URL.
	URL string `env:"MIGRATE_DATABASE_URL"`
	// DatabaseURL names the database and a login that may become the application's role.
	DatabaseURL string `env:"DATABASE_URL"`
}

// development is the only ENVIRONMENT in which SMTP_TLS may be none. A list of the others would
// miss a name such as Production or prod.
const development = "development"

// MinSecretBytes is the minimum length of a signing key (RFC 7518, section 3.2, for HS256).
const MinSecretBytes = 32

// Load reads the configuration of a demo. Its error names every fault at once and never a value.
func Load() (Config, error) {
	vars := environment()
	c, err := FromMap(vars)
	return c, errors.Join(err, ofDemo(vars["ENVIRONMENT"]))
}

// FromMap is Load on a map of variables.
func FromMap(vars map[string]string) (Config, error) { return parse(vars, Config.faults) }

// LoadServers reads the configuration of a process on real servers. Errors: as Load.
func LoadServers() (Servers, error) { return ServersFromMap(environment()) }

// ServersFromMap is LoadServers on a map of variables.
func ServersFromMap(vars map[string]string) (Servers, error) { return parse(vars, Servers.faults) }

// LoadMigrations reads the configuration of migrations. Errors: as Load.
func LoadMigrations() (Migrations, error) {
	vars := environment()
	m, err := parse(vars, Migrations.faults)
	if m.URL == "" {
		m.URL = m.DatabaseURL
	}
	return m, errors.Join(err, unverified("MIGRATE_DATABASE_URL", vars["ENVIRONMENT"], m.URL))
}

// parse reads variables into a struct and checks it. Its error joins all faults of both.
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
	for i, key := range c.TOTPKeys {
		switch {
		case len(key) < MinSecretBytes:
			faults = append(faults, fmt.Errorf("TOTP_KEY: key %d is shorter than %d bytes", i+1, MinSecretBytes))
		case slices.Contains(c.SecretKeys, key):
			faults = append(faults, fmt.Errorf("TOTP_KEY: key %d is also in SECRET_KEY", i+1))
		case slices.Contains(c.TOTPKeys[:i], key):
			faults = append(faults, fmt.Errorf("TOTP_KEY: key %d is given twice", i+1))
		}
	}
	if c.Pepper != "" && len(c.Pepper) < MinSecretBytes {
		faults = append(faults, fmt.Errorf("PEPPER: is shorter than %d bytes", MinSecretBytes))
	}
	faults = append(faults, listening("HTTP_ADDRESS", c.Address)...)
	faults = append(faults, absolute("PUBLIC_URL", c.PublicURL)...)
	faults = append(faults, optional("GRIEVANCE_EMAIL", c.GrievanceEmail, "an address such as privacy@example.in", func(s string) bool {
		_, err := mail.ParseAddress(s)
		return err == nil && !strings.ContainsAny(s, " <")
	})...)
	faults = append(faults, origins("DASHBOARD_ORIGINS", c.DashboardOrigins)...)
	faults = append(faults, origins("CAPTURE_ORIGINS", c.CaptureOrigins)...)
	if c.ShutdownDelay < 0 {
		faults = append(faults, errors.New("SHUTDOWN_DELAY: must not be negative"))
	}
	faults = append(faults, notNegative("USER_REQUESTS_PER_MINUTE", c.UserRequestsPerMinute)...)
	faults = append(faults, notNegative("ADDRESS_REQUESTS_PER_MINUTE", c.AddressRequestsPerMinute)...)
	if c.OTPResendAfter < 0 {
		faults = append(faults, errors.New("OTP_RESEND_AFTER: must not be negative"))
	}
	faults = append(faults, positive("OTP_REQUESTS_PER_HOUR", c.OTPRequestsPerHour)...)
	faults = append(faults, positive("OTP_NUMBER_PER_HOUR", c.OTPNumberPerHour)...)
	faults = append(faults, positive("OTP_NUMBER_PER_DAY", c.OTPNumberPerDay)...)
	faults = append(faults, positive("OTP_BUDGET_PER_MINUTE", c.OTPBudgetPerMinute)...)
	faults = append(faults, positive("OTP_BUDGET_PER_HOUR", c.OTPBudgetPerHour)...)
	return append(faults, notNegative("TRUSTED_PROXIES", c.TrustedProxies)...)
}

// grievance returns the faults of an installation whose notice would name nobody.
func (c Config) grievance() []error {
	var faults []error
	if c.GrievanceName == "" {
		faults = append(faults, errors.New("GRIEVANCE_NAME: required if ENVIRONMENT is production"))
	}
	if c.GrievanceEmail == "" {
		faults = append(faults, errors.New("GRIEVANCE_EMAIL: required if ENVIRONMENT is production"))
	}
	return faults
}

func (s Servers) faults() []error {
	faults := slices.Concat(s.Config.faults(), s.Database.faults(), s.Redis.faults(), s.S3.faults(), s.Vendors.faults(), s.JobsWeb.faults(), s.Observe.faults())
	if len(s.SecretKeys) == 0 {
		faults = append(faults, errors.New("SECRET_KEY: required"))
	}
	if len(s.TOTPKeys) == 0 {
		faults = append(faults, errors.New("TOTP_KEY: required"))
	}
	faults = append(faults, s.unsafe()...)
	if s.Environment != development && s.SMTPHost != "" && s.SMTPTLS == string(smtp.Plain) {
		faults = append(faults, errors.New("SMTP_TLS: must be starttls or implicit unless ENVIRONMENT is development"))
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

// origins returns a fault unless each value is a scheme, a host and perhaps a port, as browsers
// send it.
func origins(name string, values []string) []error {
	for i, value := range values {
		u, err := url.Parse(value)
		if err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != value {
			return []error{fmt.Errorf("%s: origin %d must be scheme://host[:port] without a path", name, i+1)}
		}
	}
	return nil
}

func notNegative(name string, n int) []error {
	if n < 0 {
		return []error{fmt.Errorf("%s: must not be negative", name)}
	}
	return nil
}

func positive(name string, n int) []error {
	if n < 1 {
		return []error{fmt.Errorf("%s: must be at least 1", name)}
	}
	return nil
}

// OTPLimits returns how often one-time codes are sent. A limit that is 0, as in a Config that was not
// parsed, is domain.DefaultOTPLimits'.
func (c Config) OTPLimits() domain.OTPLimits {
	limits := domain.DefaultOTPLimits
	set := func(limit *int, to int) {
		if to > 0 {
			*limit = to
		}
	}
	set(&limits.PerClient, c.OTPRequestsPerHour)
	set(&limits.PerHour, c.OTPNumberPerHour)
	set(&limits.PerDay, c.OTPNumberPerDay)
	set(&limits.BudgetMinute, c.OTPBudgetPerMinute)
	set(&limits.BudgetHour, c.OTPBudgetPerHour)
	limits.ResendAfter = c.OTPResendAfter
	return limits
}

func environment() map[string]string {
	vars := make(map[string]string)
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	return vars
}
