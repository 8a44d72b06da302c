package compose_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/compose"
)

// TestSeesEveryFaultOfTheStack plants faults, one at a time, and wants each named.
func TestSeesEveryFaultOfTheStack(t *testing.T) {
	t.Parallel()
	file, example := read(t, "docker-compose.yml"), read(t, ".env.example")
	for name, c := range map[string]struct{ old, new, want string }{
		"a service is missing":           {"\n  beat:\n    <<: *process\n    command: [scheduler]\n", "\n", "beat: is missing"},
		"a service nobody designed":      {"\nvolumes:\n", "\n  extra:\n    image: extra:1\nvolumes:\n", "extra: is not of the design"},
		"the newest image":               {"redis:7-alpine", "redis:latest", "redis: image"},
		"an image that may change":       {"redis:7-alpine@sha256:6ab0b6e7381779332f97b8ca76193e45b0756f38d4c0dcda72dbb3c32061ab99", "redis:7-alpine", "redis: image"},
		"an image without a tag":         {"minio/minio:RELEASE.2025-09-07T16-13-09Z", "minio/minio", "minio: image"},
		"another version":                {"postgres:16-alpine", "postgres:15-alpine", "db: image"},
		"another command":                {"command: [serve]", "command: [demo]", `api: runs "demo"`},
		"no health check":                {"test: [CMD, mc, ready, local]", "disable: true", "minio: has no health check"},
		"a health check without a limit": {"      timeout: 3s\n      retries: 15\n\n  # MinIO", "\n  # MinIO", "redis: its health check has no"},
		"a health check by curl":         {"[CMD, /propflow, healthcheck, --url,", "[CMD, curl, -f, -s,", "api: its health check is not"},
		"a health check by a shell":      {"[CMD, /propflow, healthcheck, --url,", "[CMD-SHELL, /propflow, healthcheck,", "worker: its health check is not"},
		"TLS as .env has it":             {"HTTP_TLS: \"false\"", "HTTP_TLS: ${HTTP_TLS:-}", "beat: its health check asks by http"},
		"another health":                 {"http://localhost:8000/readyz", "http://localhost:8000/health", "api: its health check asks by http"},
		"a process that stays down":      {"x-process: &process\n  <<: *image\n  restart: unless-stopped", "x-process: &process\n  <<: *image", "beat: is not restarted"},
		"a migration that repeats":       {"<<: *image\n    restart: \"no\"", "<<: *image\n    restart: always", "migrate: runs once"},
		"a start before migrations":      {"migrate: {condition: service_completed_successfully}", "migrate: {condition: service_started}", "api: waits for"},
		"a start before PostgreSQL":      {"    db: {condition: service_healthy}\n    redis:", "    redis:", "worker: waits for"},
		"a start without Redis":          {"redis: {condition: service_healthy}", "redis: {condition: service_healthy, required: false}", "beat: does not need redis"},
		"an open port":                   {"127.0.0.1:6379:6379", "6379:6379", "redis: port 6379 is not bound to loopback"},
		"one port too many":              {"command: [worker]", "command: [worker]\n    ports: [\"127.0.0.1:8001:8000\"]", "worker: publishes [8001]"},
		"a port is missing":              {"ports: [\"127.0.0.1:9000:9000\", \"127.0.0.1:9001:9001\"]", "ports: [\"127.0.0.1:9000:9000\"]", "minio: publishes [9000]"},
		"data in an anonymous volume":    {"redis-data:/data", "/data", "redis: keeps its data in []"},
		"data in a folder":               {"minio-data:/data", "./data:/data", "minio: /data is neither"},
		"a script that can be changed":   {"init.sh:/init.sh:ro", "init.sh:/init.sh", "minio-init: /init.sh is neither"},
		"a volume of nobody":             {"  minio-data:\n", "  minio-data:\n  left-over:\n", "volume left-over: nobody's"},
		"a writable root":                {"read_only: true", "read_only: false", "api: may do more"},
		"capabilities":                   {"cap_drop: [ALL]", "cap_drop: [NET_RAW]", "worker: may do more"},
		"root":                           {"  <<: *image\n    restart", "  <<: *image\n    user: root\n    restart", "migrate: may do more"},
		"new privileges":                 {"no-new-privileges:true", "no-new-privileges:false", "beat: may do more"},
		"no commit":                      {"      COMMIT: ${COMMIT:-unknown}\n", "      OTHER: x\n", "api: is not built here with its commit"},
		"a password":                     {"${REDIS_PASSWORD:?run scripts/dotenv}\n      REDISCLI", "hunter2\n      REDISCLI", "redis.environment.REDIS_PASSWORD: a secret stands here"},
		"a password by default":          {"POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?run scripts/dotenv}", "POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:-hunter2}", "db.environment.POSTGRES_PASSWORD: a secret stands here"},
		"a password in a list":           {"REDISCLI_AUTH: ${REDIS_PASSWORD:?run scripts/dotenv}\n", "REDISCLI_AUTH: hunter2\n", "redis.environment.REDISCLI_AUTH: a secret stands here"},
		"a password in a URL":            {"propflow_owner:${POSTGRES_OWNER_PASSWORD:?run scripts/dotenv}@", "propflow_owner:hunter2@", "migrate.environment.MIGRATE_DATABASE_URL: a password stands in the URL"},
		"a password in a command":        {"requirepass $$REDIS_PASSWORD", "requirepass hunter2", "redis.command.2: a password stands in the command"},
		"an unknown variable":            {"${LOG_LEVEL:-}", "${LOGGING:-}", "LOGGING: docker-compose.yml uses it"},
		"a variable is not handed over":  {"    TRUSTED_PROXIES: ${TRUSTED_PROXIES:-}\n", "", "api: is not given TRUSTED_PROXIES"},
		"a variable that nobody reads":   {"    LOG_LEVEL:", "    LOG_COLOUR: red\n    LOG_LEVEL:", "worker: is given LOG_COLOUR"},
		"the owner's password for all":   {"    LOG_LEVEL:", "    MIGRATE_DATABASE_URL: ${MIGRATE_DATABASE_URL}\n    LOG_LEVEL:", "api: is given MIGRATE_DATABASE_URL"},
		"handed over, read by nobody":    {"    LOG_LEVEL: ${LOG_LEVEL:-}", "    COMMIT: ${COMMIT:-}\n    LOG_LEVEL: ${LOG_LEVEL:-}", "beat: is given COMMIT"},
		"all variables for one":          {"command: [serve]", "command: [serve]\n    env_file: [{path: .env.example, required: false}]", "api: is given a whole file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, file, c.old, "the place to plant it")
			found := strings.Join(faults(load(t, strings.ReplaceAll(file, c.old, c.new), example)), "\n")
			assert.Contains(t, found, c.want)
		})
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"a variable of app/config is missing": {"TRUSTED_PROXIES=0\n", "", "TRUSTED_PROXIES: app/config reads it"},
		"a variable of Compose is missing":    {"COMMIT=unknown\n", "", "COMMIT: docker-compose.yml uses it"},
		"a variable that nobody reads":        {"COMMIT=unknown\n", "COMMIT=unknown\nCOLOUR=red\n", "COLOUR: stands in .env.example"},
		"a secret":                            {"REDIS_PASSWORD=\n", "REDIS_PASSWORD=hunter2\n", "a secret stands in REDIS_PASSWORD"},
		"a password in a URL":                 {"${POSTGRES_APP_PASSWORD}", "hunter2", "a password stands in DATABASE_URL"},
	} {
		t.Run("example/"+name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, example, c.old, "the place to plant it")
			found := strings.Join(faults(load(t, file, strings.ReplaceAll(example, c.old, c.new))), "\n")
			assert.Contains(t, found, c.want)
		})
	}
}

func TestAVariableThatIsHandedOverMustBeRead(t *testing.T) {
	t.Parallel()
	stack := load(t, read(t, "docker-compose.yml"), read(t, ".env.example"))
	assert.Equal(t, []string{"TRUSTED_PROXIES: stands in .env.example, but nobody reads it"},
		stack.Documented(slices.DeleteFunc(variables(), func(name string) bool { return name == "TRUSTED_PROXIES" })))
}

func TestRefusesWhatComposeRefuses(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"no YAML":                "\t",
		"an unknown key":         "services: {x: {image: 'x:1', colour: red}}",
		"waits for nobody":       "services: {x: {image: 'x:1', depends_on: [y]}}",
		"a variable cut short":   "services: {x: {image: 'x:${TAG'}}",
		"a variable nobody sets": "services: {x: {image: 'x:${TAG:?}'}}",
	} {
		_, err := compose.Load(t.Context(), []byte(file), nil)
		assert.Error(t, err, name)
	}
	_, err := compose.Load(t.Context(), []byte("services: {x: {image: 'x:1'}}"), []byte("NOT A NAME=1"))
	require.Error(t, err)
}
