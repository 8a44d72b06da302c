package deploy_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	family = "arn:aws:ecs:ap-south-1:1:task-definition/propflow-"
)

// stage runs scripts/deploy with fakes of AWS and Docker.
type stage struct {
	t       *testing.T
	folder  string
	environ map[string]string
}

// newStage is production, with answers by file name.
func newStage(t *testing.T, answers map[string]string) *stage {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("skipped: %s is not installed", tool)
		}
	}
	s := &stage{t: t, folder: t.TempDir(), environ: map[string]string{
		"ENVIRONMENT": "production", "REPOSITORY": "1.dkr.example/propflow", "SOURCE_REPOSITORY": "1.dkr.example/propflow-staging",
		"SUBNETS": "subnet-1,subnet-2", "SECURITY_GROUP": "sg-1", "TOPIC_ARN": "arn:aws:sns:ap-south-1:1:propflow-alarms",
	}}
	for name, answer := range answers {
		require.NoError(t, os.WriteFile(filepath.Join(s.folder, name), []byte(answer), 0o600))
	}
	return s
}

// deploy runs a step and returns what it printed and everything that it called.
func (s *stage) deploy(arguments ...string) (out, calls string, err error) {
	s.t.Helper()
	bin, absErr := filepath.Abs("testdata/bin")
	require.NoError(s.t, absErr)
	command := exec.Command("../../../scripts/deploy", arguments...)
	command.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "CALLS="+filepath.Join(s.folder, "calls"), "ANSWERS="+s.folder)
	for name, value := range s.environ {
		command.Env = append(command.Env, name+"="+value)
	}
	said, err := command.CombinedOutput()
	noted, readErr := os.ReadFile(filepath.Join(s.folder, "calls"))
	if readErr != nil {
		require.ErrorIs(s.t, readErr, os.ErrNotExist)
	}
	return string(said), string(noted), err
}

// definition is a task definition as ECS describes it.
const definition = `{"taskDefinitionArn": "arn", "family": "propflow-api", "revision": 6, "status": "ACTIVE", "registeredBy": "x",
	"cpu": "512", "containerDefinitions": [{"name": "api", "image": "old", "command": ["serve"]}, {"name": "collector", "image": "its own"}]}`

func TestAServiceGetsTheImageByDigest(t *testing.T) {
	t.Parallel()
	s := newStage(t, map[string]string{
		"ecs_describe-task-definition": definition, "ecs_register-task-definition": family + "api:7", "ecs_describe-services": family + "api:7",
	})
	out, calls, err := s.deploy("service", "api", digest)
	require.NoError(t, err, out)
	assert.Contains(t, out, "api runs "+family+"api:7")
	assert.Contains(t, calls, "update-service --cluster propflow-cluster --service api --task-definition "+family+"api:7")
	assert.Contains(t, calls, "wait services-stable")
	var registered map[string]any
	text, err := os.ReadFile(filepath.Join(s.folder, "calls.definition"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &registered))
	container := registered["containerDefinitions"].([]any)[0].(map[string]any)
	assert.Equal(t, "1.dkr.example/propflow@"+digest, container["image"])
	assert.Equal(t, []any{"serve"}, container["command"], "nothing else changes")
	assert.Equal(t, "its own", registered["containerDefinitions"].([]any)[1].(map[string]any)["image"])
	for _, readOnly := range []string{"revision", "status", "taskDefinitionArn", "registeredBy"} {
		assert.NotContains(t, registered, readOnly, "ECS refuses it")
	}
}

func TestADeploymentThatWasTakenBackFails(t *testing.T) {
	t.Parallel()
	s := newStage(t, map[string]string{
		"ecs_describe-task-definition": definition, "ecs_register-task-definition": family + "api:7", "ecs_describe-services": family + "api:6",
	})
	out, _, err := s.deploy("service", "api", digest)
	require.Error(t, err)
	assert.Contains(t, out, "api was taken back to "+family+"api:6")
}

func TestMigrationsAreAwaitedAndTheirFailureStops(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"ecs_describe-task-definition": definition, "ecs_register-task-definition": family + "migrate:3",
		"ecs_run-task": "arn:aws:ecs:ap-south-1:1:task/propflow-cluster/1", "ecs_describe-tasks": "0",
	}
	s := newStage(t, answers)
	out, calls, err := s.deploy("migrate", digest)
	require.NoError(t, err, out)
	assert.Contains(t, calls, "subnets=[subnet-1,subnet-2],securityGroups=[sg-1],assignPublicIp=DISABLED")
	assert.Less(t, strings.Index(calls, "run-task"), strings.Index(calls, "wait tasks-stopped"))

	for fault, said := range map[string]string{"1": "migrations ended with 1", "None": "migrations ended with None"} {
		answers["ecs_describe-tasks"] = fault
		out, _, err := newStage(t, answers).deploy("migrate", digest)
		require.Error(t, err)
		assert.Contains(t, out, said)
	}
	answers["ecs_run-task"] = "None"
	out, calls, err = newStage(t, answers).deploy("migrate", digest)
	require.Error(t, err)
	assert.Contains(t, out, "started no task")
	assert.NotContains(t, calls, "wait")
}

func TestSnapshotIsAwaited(t *testing.T) {
	t.Parallel()
	out, calls, err := newStage(t, nil).deploy("snapshot", "abc1234-7")
	require.NoError(t, err, out)
	assert.Equal(t, "propflow-db-before-abc1234-7", strings.TrimSpace(out))
	assert.Contains(t, calls, "wait db-snapshot-available --db-snapshot-identifier propflow-db-before-abc1234-7")
	assert.NotContains(t, calls, "delete-db-snapshot")
}

func TestOldSnapshotsGoOnceTheNewOneIsThere(t *testing.T) {
	t.Parallel()
	out, calls, err := newStage(t, map[string]string{"rds_describe-db-snapshots": "propflow-db-before-1\tpropflow-db-before-2\n"}).deploy("snapshot", "x")
	require.NoError(t, err, out)
	assert.Contains(t, calls, "[:-20]", "twenty stay")
	assert.Contains(t, calls, "!starts_with(DBSnapshotIdentifier, 'propflow-db-before-evidence')", "evidence stays")
	assert.Contains(t, calls, "delete-db-snapshot --db-snapshot-identifier propflow-db-before-1\n")
	assert.Contains(t, calls, "delete-db-snapshot --db-snapshot-identifier propflow-db-before-2\n")
	assert.Less(t, strings.Index(calls, "wait db-snapshot-available"), strings.Index(calls, "delete-db-snapshot"))
}

func TestRollbackGoesToTheReleaseBefore(t *testing.T) {
	t.Parallel()
	s := newStage(t, map[string]string{
		"ecs_describe-services":          family + "api:7",
		"ecs_describe-task-definition.6": "ACTIVE\t1.dkr.example/propflow:latest\n", // as Terraform made it
		"ecs_describe-task-definition.5": "INACTIVE\t1.dkr.example/propflow@" + digest + "\n",
		"ecs_describe-task-definition.4": "ACTIVE\t1.dkr.example/propflow@" + digest + "\n",
		"ecs_describe-task-definition.3": "ACTIVE\t1.dkr.example/propflow@" + digest + "\n",
	})
	out, calls, err := s.deploy("rollback", "api")
	require.Error(t, err, "the played service stays where it is")
	assert.Contains(t, out, "taken back")
	assert.Contains(t, calls, "--service api --task-definition "+family+"api:4")
	assert.NotContains(t, calls, "api:3")
	for _, none := range []string{"api:1", "api:2"} {
		out, calls, err = newStage(t, map[string]string{"ecs_describe-services": family + none}).deploy("rollback", "api")
		require.Error(t, err)
		assert.Contains(t, out, "no earlier release")
		assert.NotContains(t, calls, "update-service")
	}
}

func TestACommandRunsBesideTheStores(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"ecs_describe-task-definition": family + "beat:7", "ecs_describe-task-definition.7": "ACTIVE\t1.dkr.example/propflow:latest\n",
		"ecs_describe-task-definition.6": "ACTIVE\t1.dkr.example/propflow@" + digest + "\n",
		"ecs_run-task":                   "arn:aws:ecs:ap-south-1:1:task/propflow-cluster/abc", "ecs_describe-tasks": "0",
		"logs_filter-log-events": `["WARNING  jobs", "one waits"]`,
	}
	out, calls, err := newStage(t, answers).deploy("run", "doctor", "--json")
	require.NoError(t, err, out)
	assert.Equal(t, "WARNING  jobs\none waits\n", out)
	assert.Contains(t, calls, "--task-definition "+family+"beat:6 ", "a release, not what Terraform made since")
	assert.Contains(t, calls, `{"containerOverrides":[{"name":"beat","command":["doctor","--json"]}]}`)
	assert.Contains(t, calls, "--log-group-name /aws/ecs/propflow-beat --log-stream-names beat/beat/abc")
	assert.NotContains(t, calls, "delete-log-stream")

	answers["ecs_describe-tasks"] = "2"
	_, _, err = newStage(t, answers).deploy("run", "doctor")
	exit := new(exec.ExitError)
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 2, exit.ExitCode(), "as the command ends")

	answers["ecs_describe-tasks"] = "None"
	out, _, err = newStage(t, answers).deploy("run", "doctor")
	require.Error(t, err)
	assert.Contains(t, out, "did not begin")

	answers["ecs_describe-tasks"], answers["ecs_describe-task-definition"] = "0", family+"migrate:7"
	out, calls, err = newStage(t, answers).deploy("run", "migrate", "status")
	require.NoError(t, err, out)
	assert.Contains(t, calls, `[{"name":"migrate","command":["migrate","status"]}]`, "the task that owns the schema")

	delete(answers, "ecs_describe-task-definition.6")
	out, calls, err = newStage(t, answers).deploy("run", "doctor")
	require.Error(t, err)
	assert.Contains(t, out, "no release of propflow-beat")
	assert.NotContains(t, calls, "run-task")
}

// TestNoLogKeepsWhatIsForTheCallerAlone covers enrolment codes, and people with their numbers.
func TestNoLogKeepsWhatIsForTheCallerAlone(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"ecs_describe-task-definition": family + "beat:7", "ecs_describe-task-definition.7": "ACTIVE\t1.dkr.example/propflow@" + digest + "\n",
		"ecs_run-task": "arn:aws:ecs:ap-south-1:1:task/propflow-cluster/abc", "ecs_describe-tasks": "3",
		"logs_filter-log-events": `["MFRG-GZDF"]`,
	}
	for _, command := range [][]string{{"staff", "reset", "--phone", "+910000000000"}, {"privacy", "affected", "--contacts"}} {
		out, calls, err := newStage(t, answers).deploy(append([]string{"run"}, command...)...)
		exit := new(exec.ExitError)
		require.ErrorAs(t, err, &exit)
		assert.Equal(t, 3, exit.ExitCode(), "as the command ends")
		assert.Equal(t, "MFRG-GZDF\n", out)
		const deleted = "logs delete-log-stream --log-group-name /aws/ecs/propflow-beat --log-stream-name beat/beat/abc\n"
		assert.Contains(t, calls, deleted)
		assert.Less(t, strings.Index(calls, "filter-log-events"), strings.Index(calls, deleted), "read before it goes")
	}
	answers["refused.logs_delete-log-stream"] = ""
	out, _, err := newStage(t, answers).deploy("run", "staff", "reset")
	require.Error(t, err)
	assert.Contains(t, out, "still in /aws/ecs/propflow-beat: delete the stream beat/beat/abc")
}

func TestOnlyTheSameBytesArePromoted(t *testing.T) {
	t.Parallel()
	out, calls, err := newStage(t, map[string]string{"ecr_describe-images": digest}).deploy("promote", digest)
	require.NoError(t, err, out)
	assert.Contains(t, calls, "--prefer-index=false", "a copy, not a new index around it")
	assert.Contains(t, calls, "--tag 1.dkr.example/propflow:"+digest[7:]+" 1.dkr.example/propflow-staging@"+digest)
	other := "sha256:" + strings.Repeat("f", 64)
	out, _, err = newStage(t, map[string]string{"ecr_describe-images": other}).deploy("promote", digest)
	require.Error(t, err)
	assert.Contains(t, out, "another digest")
}

// TestOnlyWhatThePipelineSignedIsDeployed takes away one signature after the other.
func TestOnlyWhatThePipelineSignedIsDeployed(t *testing.T) {
	t.Parallel()
	arguments := []string{"verify", digest, "abc1234", "propflow/propflow"}
	out, calls, err := newStage(t, nil).deploy(arguments...)
	require.NoError(t, err, out)
	assert.Contains(t, out, "deploy.yml built "+digest+" from abc1234")
	for _, signed := range []string{"https://slsa.dev/provenance/v1", "https://cyclonedx.org/bom"} {
		assert.Contains(t, calls, "gh attestation verify oci://1.dkr.example/propflow-staging@"+digest+" --repo propflow/propflow --predicate-type "+signed+
			" --signer-workflow propflow/propflow/.github/workflows/deploy.yml --source-ref refs/heads/main --source-digest abc1234 --deny-self-hosted-runners\n")
		out, _, err := newStage(t, map[string]string{"unsigned": signed}).deploy(arguments...)
		require.Error(t, err)
		assert.Contains(t, out, signed+" is not signed")
		assert.NotContains(t, out, "built "+digest)
	}
	s := newStage(t, nil)
	s.environ["SOURCE_REPOSITORY"] = "" // as in staging
	_, calls, err = s.deploy(arguments...)
	require.NoError(t, err)
	assert.Contains(t, calls, "oci://1.dkr.example/propflow@"+digest)
}

func TestImageIsTaggedByCommit(t *testing.T) {
	t.Parallel()
	out, calls, err := newStage(t, map[string]string{"ecr_describe-images": digest}).deploy("image", "abc1234")
	require.NoError(t, err, out)
	assert.Equal(t, digest, strings.TrimSpace(out), "the digest and nothing else")
	assert.Contains(t, calls, "--platform linux/amd64 --push --tag 1.dkr.example/propflow:abc1234", "what tasks run on, wherever it is built")
	assert.Contains(t, calls, "COMMIT=abc1234")
}

func TestSmokeAsksForTheCommitAndTheHealth(t *testing.T) {
	t.Parallel()
	var health atomic.Int64
	health.Store(http.StatusOK)
	mux := http.NewServeMux()
	mux.HandleFunc("/api/v1/status", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"commit": "abc1234"}`)) })
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(health.Load())) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s := newStage(t, nil)
	s.environ["API_URL"] = server.URL
	out, _, err := s.deploy("smoke", "abc1234")
	require.NoError(t, err, out)
	out, _, err = s.deploy("smoke", "def5678")
	require.Error(t, err)
	assert.Contains(t, out, "another commit: abc1234")
	health.Store(http.StatusServiceUnavailable)
	out, _, err = s.deploy("smoke", "abc1234")
	require.Error(t, err)
	assert.Contains(t, out, "unhealthy")
}

func TestNotifyPublishes(t *testing.T) {
	t.Parallel()
	_, calls, err := newStage(t, nil).deploy("notify", "Deployed", "abc1234 to production")
	require.NoError(t, err)
	assert.Contains(t, calls, "sns publish --topic-arn arn:aws:sns:ap-south-1:1:propflow-alarms --subject Deployed --message abc1234 to production")
}

func TestWhatIsMissingIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	s.environ["SUBNETS"], s.environ["SECURITY_GROUP"] = "", ""
	out, calls, err := s.deploy("migrate", digest)
	require.Error(t, err)
	assert.Contains(t, out, "not set: SUBNETS SECURITY_GROUP")
	assert.Empty(t, calls)
	s = newStage(t, nil)
	s.environ["ENVIRONMENT"] = "prod"
	out, _, err = s.deploy("snapshot", "x")
	require.Error(t, err)
	assert.Contains(t, out, "staging or production")
	for _, bad := range [][]string{{"service", "api", "latest"}, {"migrate", "sha256:12"}, {"verify", "latest", "abc1234", "a/b"}} {
		out, calls, err := newStage(t, nil).deploy(bad...)
		require.Error(t, err)
		assert.Contains(t, out, "not a digest")
		assert.Empty(t, calls)
	}
	out, _, err = newStage(t, nil).deploy("everything")
	require.Error(t, err)
	assert.Contains(t, out, "deploy rollback NAME")
}
