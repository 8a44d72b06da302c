package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/jackc/pgx/v5/pgconn"
)

// ReadServers is LoadServers for callers that can go on with an incomplete configuration: it
// returns the variables that could be read, and every fault as an error of its own.
func ReadServers() (Servers, []error) { return ServersAnyway(environment()) }

// ServersAnyway is ReadServers on a map of variables.
func ServersAnyway(vars map[string]string) (Servers, []error) { return read(vars, Servers.faults) }

// read reads variables into a struct and checks it. A fault begins with the variable's name and
// never quotes its value.
func read[T any](vars map[string]string, check func(T) []error) (c T, faults []error) {
	err := env.ParseWithOptions(&c, env.Options{Environment: vars})
	var all env.AggregateError
	if err != nil && !errors.As(err, &all) {
		all.Errors = []error{err}
	}
	variables := make(map[string]string)
	name(reflect.TypeFor[T](), variables)
	seen := make(map[string]bool)
	for _, err := range all.Errors {
		fault := explain(err, variables)
		seen[variableOf(fault)] = true
		faults = append(faults, fault)
	}
	for _, fault := range check(c) { // skips variables that could not be read: they have a fault already
		if !seen[variableOf(fault)] {
			faults = append(faults, fault)
		}
	}
	return c, faults
}

var leading = regexp.MustCompile(`^[A-Z0-9_]+`)

// variableOf returns the name of the variable with which a fault begins.
func variableOf(fault error) string { return leading.FindString(fault.Error()) }

// name maps the fields of a struct, and of those it embeds, to their variables.
func name(t reflect.Type, variables map[string]string) {
	for field := range fields(t) {
		variables[field.Name] = variable(field)
	}
}

// explain describes what is wrong with a variable, without its value, which the parsers' errors
// quote.
func explain(err error, variables map[string]string) error {
	var parse env.ParseError
	var unset env.VarIsNotSetError
	var empty env.EmptyVarError
	switch {
	case errors.As(err, &unset):
		return fmt.Errorf("%s: required", unset.Key)
	case errors.As(err, &empty):
		return fmt.Errorf("%s: required", empty.Key)
	case errors.As(err, &parse):
		return fmt.Errorf("%s: must be %s", variables[parse.Name], form(parse.Type))
	}
	return err
}

// form describes how values of a type are written.
func form(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "a duration such as 90s or 2m"
	case reflect.TypeFor[slog.Level]():
		return "DEBUG, INFO, WARN or ERROR"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Uint16:
		return "a number from 0 to 65535"
	case reflect.Float64:
		return "a number"
	case reflect.Map:
		return "pairs such as a:b,c:d"
	default:
		return "a whole number"
	}
}

func optional(name, value, form string, fits func(string) bool) []error {
	if value == "" || fits(value) {
		return nil
	}
	return []error{fmt.Errorf("%s: must be %s", name, form)}
}

// listening checks an address to listen on.
func listening(name, value string) []error {
	return optional(name, value, "host:port", func(s string) bool {
		_, port, err := net.SplitHostPort(s)
		_, outside := strconv.ParseUint(port, 10, 16)
		return err == nil && outside == nil
	})
}

func databaseURL(name, value string) []error {
	return optional(name, value, "the URL of a PostgreSQL database", func(s string) bool {
		_, err := pgconn.ParseConfig(s)
		return err == nil
	})
}

var (
	hostPattern   = regexp.MustCompile(`^[A-Za-z0-9.:_-]+$`)
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	regionPattern = regexp.MustCompile(`^[a-z0-9-]+$`)
	senderPattern = regexp.MustCompile(`^(whatsapp:)?\+[1-9][0-9]{6,14}$`)
)

// hostOnly refuses URLs and host:port, but accepts IPv6 addresses despite their colons.
func hostOnly(s string) bool {
	_, _, withPort := net.SplitHostPort(s)
	return hostPattern.MatchString(s) && withPort != nil
}

func (r Redis) faults() []error {
	faults := optional("REDIS_HOST", r.RedisHost, "a host without a port", hostOnly)
	if r.RedisPort == 0 {
		faults = append(faults, errors.New("REDIS_PORT: must be a number from 1 to 65535"))
	}
	return faults
}

func (s S3) faults() []error {
	faults := optional("S3_BUCKET", s.S3Bucket, "3 to 63 lower-case letters, digits, dots and hyphens", bucketPattern.MatchString)
	faults = append(faults, optional("S3_REGION", s.S3Region, "a region such as ap-south-1", regionPattern.MatchString)...)
	faults = append(faults, absolute("S3_ENDPOINT", s.S3Endpoint)...)
	faults = append(faults, absolute("S3_LINK_ENDPOINT", s.S3LinkEndpoint)...)
	faults = append(faults, optional("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", s.RolePath, "a path that begins with /", func(path string) bool {
		return strings.HasPrefix(path, "/")
	})...)
	faults = append(faults, optional("AWS_CONTAINER_CREDENTIALS_FULL_URI", s.RoleURL, "a URL of https, or of this machine", givesKeys)...)
	switch {
	case (s.AccessKey == "") != (s.SecretKey == ""):
		faults = append(faults, errors.New("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: give both or neither"))
	case s.AccessKey == "" && s.RolePath == "" && s.RoleURL == "":
		faults = append(faults, errors.New("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: required where the container has no role"))
	}
	return faults
}

// givesKeys reports whether a URL may give keys of a role, by the rule of the AWS SDKs: it must
// be https, or on this machine, or the agent of ECS or EKS, so that the keys cannot be read in
// transit.
func givesKeys(endpoint string) bool {
	agents := []string{"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}
	u, err := url.Parse(endpoint)
	return isPrivate(endpoint) || err == nil && u.Scheme == "http" && slices.Contains(agents, u.Hostname())
}

// isPrivate reports whether nobody else can read what is sent to a URL: it is https, or on this machine.
func isPrivate(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" {
		return err == nil && u.Hostname() != "" && u.Scheme == "https"
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && address.IsLoopback()
}

func (v Vendors) faults() []error {
	faults := absolute("TWILIO_API_URL", v.TwilioURL)
	faults = append(faults, absolute("GOOGLE_VISION_API_URL", v.VisionURL)...)
	faults = append(faults, absolute("TWILIO_STATUS_CALLBACK", v.TwilioStatusCallback)...)
	faults = append(faults, optional("TWILIO_WHATSAPP_FROM", v.TwilioWhatsAppFrom, "a number such as +919800000000", senderPattern.MatchString)...)
	if (v.TwilioAccountSID == "") != (v.TwilioAuthToken == "") {
		faults = append(faults, errors.New("TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: give both or neither"))
	}
	return append(faults, v.Mail.faults()...)
}
