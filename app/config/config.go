package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Config is what the environment says.
type Config struct {
	// Address is where the API listens.
	Address string `env:"HTTP_ADDRESS" envDefault:"127.0.0.1:8000"`
	// PublicURL is how clients reach the API; the address that it listens on where empty.
	PublicURL string `env:"PUBLIC_URL"`
	// SecretKeys sign access tokens, the first one new ones; each has at least 32 bytes.
	// Where empty, a demo draws one that dies with it.
	SecretKeys []string `env:"SECRET_KEY" envSeparator:","`
	// LogLevel is DEBUG, INFO, WARN or ERROR.
	LogLevel slog.Level `env:"LOG_LEVEL" envDefault:"INFO"`
	// TrustedProxies is how many proxies stand before the API.
	TrustedProxies int `env:"TRUSTED_PROXIES" envDefault:"0"`
	// RequestsPerMinute limit one user, and one address without a user.
	UserRequestsPerMinute    int `env:"USER_REQUESTS_PER_MINUTE" envDefault:"600"`
	AddressRequestsPerMinute int `env:"ADDRESS_REQUESTS_PER_MINUTE" envDefault:"300"`
}

// MinSecretBytes is the least length of a signing key (RFC 7518, 3.2, for HS256).
const MinSecretBytes = 32

// Load reads the environment. Its error names every fault at once and never a value.
func Load() (Config, error) { return FromMap(environment()) }

// FromMap reads variables from a map: Load's testable half.
func FromMap(vars map[string]string) (Config, error) {
	var c Config
	err := env.ParseWithOptions(&c, env.Options{Environment: vars})
	if fault := c.check(); fault != nil {
		err = errors.Join(err, fault)
	}
	if err != nil {
		return Config{}, fmt.Errorf("the environment is not usable: %w", err)
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	return c, nil
}

func (c Config) check() error {
	var faults []error
	for i, key := range c.SecretKeys {
		if len(key) < MinSecretBytes {
			faults = append(faults, fmt.Errorf("SECRET_KEY: key %d is shorter than %d bytes", i+1, MinSecretBytes))
		}
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Scheme == "" || u.Host == "" {
			faults = append(faults, errors.New("PUBLIC_URL: must be an absolute URL"))
		}
	}
	for name, n := range map[string]int{
		"USER_REQUESTS_PER_MINUTE": c.UserRequestsPerMinute, "ADDRESS_REQUESTS_PER_MINUTE": c.AddressRequestsPerMinute,
	} {
		if n < 0 {
			faults = append(faults, fmt.Errorf("%s: must not be negative", name))
		}
	}
	if c.TrustedProxies < 0 {
		faults = append(faults, errors.New("TRUSTED_PROXIES: must not be negative"))
	}
	return errors.Join(faults...)
}

func environment() map[string]string {
	vars := make(map[string]string)
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	return vars
}
