package config

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// MinSecretBits is the least entropy of a key in production, as far as it can be seen in the key.
const MinSecretBits = 128

// isProduction reports whether an ENVIRONMENT is production, however it is spelled.
func isProduction(environment string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(environment)), "prod")
}

// ofDemo returns the faults of a demo: its messages, which contain the codes of logins, and its
// staff's authenticator codes are public.
func ofDemo(environment string) error {
	if isProduction(environment) {
		return errors.New("ENVIRONMENT: the demo must not run in production")
	}
	return nil
}

// unsafe returns the faults that only production has: what is convenient elsewhere and would let
// somebody in there.
func (s Servers) unsafe() (faults []error) {
	if !isProduction(s.Environment) {
		return nil
	}
	require := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	for i, key := range s.SecretKeys {
		require(isRandom(key), "SECRET_KEY: key %d is no random key: in production make it by openssl rand -base64 48", i+1)
	}
	for i, key := range s.TOTPKeys {
		require(isRandom(key), "TOTP_KEY: key %d is no random key: in production make it by openssl rand -base64 48", i+1)
		require(key != s.Pepper, "TOTP_KEY: key %d is the PEPPER", i+1)
	}
	require(s.Pepper != "", "PEPPER: required in production")
	require(s.Pepper == "" || isRandom(s.Pepper), "PEPPER: is no random key: in production make it by openssl rand -base64 48")
	require(s.Pepper == "" || !slices.Contains(s.SecretKeys, s.Pepper), "PEPPER: must not be a SECRET_KEY")
	require(s.UserRequestsPerMinute != 0, "USER_REQUESTS_PER_MINUTE: must not be 0 in production")
	require(s.OTPResendAfter != 0, "OTP_RESEND_AFTER: must not be 0 in production")
	require(s.AddressRequestsPerMinute != 0, "ADDRESS_REQUESTS_PER_MINUTE: must not be 0 in production")
	require(strings.HasPrefix(s.PublicURL, "https://"), "PUBLIC_URL: must be https in production")
	require(s.RedisTLS, "REDIS_TLS: must be true in production")
	require(s.RedisPassword != "", "REDIS_PASSWORD: required in production")
	require(s.DatabaseURL == "" || verified(s.DatabaseURL), "DATABASE_URL: %s", adviseVerify)
	require(s.TracesEndpoint == "" || isPrivate(s.TracesEndpoint), "OTEL_EXPORTER_OTLP_ENDPOINT: must be https, or on this machine, in production")
	for name, value := range map[string]string{
		"S3_ENDPOINT": s.S3Endpoint, "S3_LINK_ENDPOINT": s.S3LinkEndpoint, "TWILIO_API_URL": s.TwilioURL, "GOOGLE_VISION_API_URL": s.VisionURL,
		"TWILIO_STATUS_CALLBACK": s.TwilioStatusCallback, "SENTRY_DSN": s.SentryDSN,
	} {
		require(value == "" || isHTTPS(value), "%s: must be https in production", name)
	}
	for name, origins := range map[string][]string{"DASHBOARD_ORIGINS": s.DashboardOrigins, "CAPTURE_ORIGINS": s.CaptureOrigins} {
		for _, origin := range origins {
			require(isHTTPS(origin), "%s: must be https in production", name)
		}
	}
	return append(faults, s.grievance()...)
}

// unverified returns a fault if a command of production would reach a database without checking its
// certificate.
func unverified(name, environment, databaseURL string) error {
	if !isProduction(environment) || databaseURL == "" || verified(databaseURL) {
		return nil
	}
	return fmt.Errorf("%s: %s", name, adviseVerify)
}

const adviseVerify = "must have sslmode=verify-full in production, and for RDS sslrootcert=/rds-roots.pem"

func isHTTPS(value string) bool {
	u, err := url.Parse(value)
	return err == nil && u.Scheme == "https"
}

// verified reports whether connections to the database are encrypted only after the server's
// certificate and name have been checked, to every host of the URL.
func verified(databaseURL string) bool {
	c, err := pgconn.ParseConfig(databaseURL)
	if err != nil {
		return true // a fault of its own
	}
	if c.TLSConfig == nil || c.TLSConfig.InsecureSkipVerify {
		return false
	}
	for _, fallback := range c.Fallbacks {
		if fallback.TLSConfig == nil || fallback.TLSConfig.InsecureSkipVerify {
			return false
		}
	}
	return true
}

// words are parts of keys that people write, as in documents and examples. They are long, so that
// none is in a random key.
var words = []string{"change", "secret", "example", "password", "propflow", "stack-", "123456", "abcdef"}

// isRandom reports whether a key may have been drawn at random: it has MinSecretBits by the
// frequency of its characters and of the steps between them, also without its repetitions, and
// contains no word of an example.
func isRandom(key string) bool {
	lower := strings.ToLower(key)
	for _, word := range words {
		if strings.Contains(lower, word) {
			return false
		}
	}
	key = key[:period(key)]
	steps := make([]byte, len(key))
	for i := range len(key) {
		steps[i] = key[i] - key[max(0, i-1)]
	}
	return min(bits([]byte(key)), bits(steps)) >= MinSecretBits
}

// period returns the length of the shortest beginning of which the key is a repetition.
func period(key string) int {
	for n := 1; n < len(key); n++ {
		if strings.HasPrefix(key, key[n:]) {
			return n
		}
	}
	return len(key)
}

// bits returns the length of the text times the entropy of its bytes (Shannon).
func bits(text []byte) float64 {
	var counts [256]float64
	for _, b := range text {
		counts[b]++
	}
	total := 0.0
	for _, n := range &counts {
		if n > 0 {
			total -= n * math.Log2(n/float64(len(text)))
		}
	}
	return total
}
