package compose_test

import (
	"debug/buildinfo"
	"debug/elf"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/tests/files/compose"
)

// flags are those of the Makefile's build, and what an image without a C library wants.
func flags(t *testing.T) []string {
	t.Helper()
	makefile := read(t, "Makefile")
	module := regexp.MustCompile(`(?m)^MODULE\s*:=\s*(\S+)$`).FindStringSubmatch(makefile)
	require.NotNil(t, module)
	stamps := regexp.MustCompile(`-X \$\(MODULE\)/(\S+)=\$\((\w+)\)`).FindAllStringSubmatch(makefile, -1)
	require.Len(t, stamps, 1)
	all := []string{"CGO_ENABLED=1", "-trimpath", "-tags=nodynamic,turbo,netgo,osusergo", "-buildvcs=false", `-extldflags '-static-pie -Wl,-z,pack-relative-relocs'`, "-buildmode=pie", `-ldflags "-s -w `, "./cmd/propflow"}
	for _, stamp := range stamps {
		all = append(all, "-X "+module[1]+"/"+stamp[1]+"=$"+stamp[2])
	}
	return all
}

func TestTheImageIsMinimal(t *testing.T) {
	t.Parallel()
	dockerfile := read(t, "Dockerfile")
	assert.Empty(t, compose.Image(dockerfile, flags(t)))
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	require.NotNil(t, version)
	assert.Contains(t, dockerfile, " golang:"+version[1]+".", "the compiler of go.mod")
	assert.Contains(t, dockerfile, `ENTRYPOINT ["/propflow"]`, "in the form that passes signals on")
}

// TestSeesEveryFaultOfTheImage plants faults, one at a time, and wants each named.
func TestSeesEveryFaultOfTheImage(t *testing.T) {
	t.Parallel()
	dockerfile := read(t, "Dockerfile")
	base := regexp.MustCompile(`(?m)^FROM gcr\.io/distroless/static-debian12:nonroot@sha256:[0-9a-f]{64}$`).FindString(dockerfile)
	compiler := regexp.MustCompile(`golang:\S+`).FindString(dockerfile)
	tag, digest, _ := strings.Cut(base, "@")
	for name, c := range map[string]struct{ old, new, want string }{
		"one stage":                  {base, "", "has 1 stage"},
		"a base with a shell":        {base, "FROM alpine:3.22", "ends on alpine:3.22"},
		"the newest base":            {base, strings.Replace(base, "nonroot", "latest", 1), "names no version"},
		"a base that may change":     {base, tag, "nonroot: names no version and digest"},
		"a base without a name":      {base, strings.TrimSuffix(tag, ":nonroot") + "@" + digest, "names no version and digest"},
		"a base without a tag":       {base, "FROM gcr.io/distroless/static-debian12", "names no version"},
		"the newest compiler":        {compiler, "golang:latest", "golang:latest: names no version"},
		"a compiler that may change": {compiler, "golang:1.26-bookworm", "golang:1.26-bookworm: names no version and digest"},
		"the compiler's stage":       {base, "FROM build", "ends on build"},
		"root by default":            {"USER 65532:65532", "", `runs as ""`},
		"root":                       {"USER 65532:65532", "USER root", `runs as "root"`},
		"root by number":             {"USER 65532:65532", "USER 0:0", `runs as "0:0"`},
		"root's group":               {"USER 65532:65532", "USER 65532:0", `runs as "65532:0"`},
		"something from outside":     {"EXPOSE", "ADD https://example.com/x /x\nEXPOSE", "ADD https://example.com/x /x"},
		"a download":                 {"COPY . .", "COPY . .\nRUN wget https://example.com/x", "RUN wget"},
		"a secret":                   {"ARG COMMIT", "ARG SECRET_KEY\nARG COMMIT", "a secret would stay"},
		"slow photos":                {",turbo", "", "without -tags=nodynamic,turbo"},
		"no C compiler":              {"CGO_ENABLED=1", "CGO_ENABLED=0", "without CGO_ENABLED=1"},
		"a library to load":          {"-static-pie", "-pie", "without -extldflags '-static-pie"},
		"one place in memory":        {" -buildmode=pie", "", "without -buildmode=pie"},
		"each address written out":   {" -Wl,-z,pack-relative-relocs", "", "without -extldflags '-static-pie -Wl"},
		"paths of the builder":       {"-trimpath", "", "without -trimpath"},
		"a foreign libheif":          {"nodynamic,", "", "without -tags=nodynamic"},
		"symbols":                    {"-s -w ", "", `without -ldflags "-s -w `},
		"no commit":                  {"app.Commit=$COMMIT", "app.Commit=", "app.Commit=$COMMIT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, dockerfile, c.old, "the place to plant it")
			found := compose.Image(strings.ReplaceAll(dockerfile, c.old, c.new), flags(t))
			assert.Contains(t, strings.Join(found, "\n"), c.want)
		})
	}
	assert.Empty(t, compose.Image("FROM golang:1@sha256:"+strings.Repeat("a", 64)+"\nFROM scratch\nUSER 1", nil))
	assert.Equal(t, []string{`runs as "": must be a number that is not root's`},
		compose.Image("FROM golang:1@sha256:"+strings.Repeat("a", 64)+"\nUSER 1\nFROM scratch", nil), "a stage does not hand its user on")
}

// sources lists the files that the binary is made of, from the root.
func sources(t *testing.T) []string {
	t.Helper()
	const format = `{{if .Module}}{{if .Module.Main}}{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}
{{end}}{{range .EmbedFiles}}{{$d}}/{{.}}
{{end}}{{end}}{{end}}`
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags=nodynamic", "-f", format, "./cmd/propflow")
	list.Dir, list.Env, list.Stderr = root, append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	listed, err := list.Output()
	require.NoError(t, err)
	top, err := filepath.Abs(root)
	require.NoError(t, err)
	files := []string{"go.mod", "go.sum"}
	for _, file := range strings.Fields(string(listed)) {
		file, err := filepath.Rel(top, file)
		require.NoError(t, err)
		files = append(files, filepath.ToSlash(file))
	}
	require.Greater(t, len(files), 100)
	return files
}

func TestTheBuildIsGivenWhatItNeedsAndNoSecret(t *testing.T) {
	t.Parallel()
	dockerignore := read(t, ".dockerignore")
	assert.Empty(t, compose.Ignored(dockerignore, sources(t)), "the build needs them")
	secrets := []string{
		".env", ".env.production", "app/.env", ".git/config", "infrastructure/terraform.tfvars",
		"bin/propflow", "web/node_modules/x/index.js", "app/config/config_test.go", "adapters/imaging/testdata/x.jpg",
	}
	assert.Equal(t, secrets, compose.Ignored(dockerignore, secrets))

	assert.Contains(t, compose.Ignored(strings.ReplaceAll(dockerignore, "!migrations\n", ""), sources(t)), "migrations/embed.go")
	assert.NotContains(t, compose.Ignored(strings.ReplaceAll(dockerignore, "**/.env*\n", ""), secrets), "app/.env")
	assert.Equal(t, []string{"a/b.md"}, compose.Ignored("# all\n\na/*.m?\n!a/c.md\n", []string{"a/b.md", "a/c.md", "a/b/c.md", "b.md"}))
}

// largest returns how many bytes the binary may have, as scripts/verify-size and the Dockerfile say.
func largest(t *testing.T) int64 {
	t.Helper()
	limit := regexp.MustCompile(`\nlimit=(\d+)\n`).FindStringSubmatch(read(t, "scripts/verify-size"))
	require.NotNil(t, limit)
	require.Contains(t, read(t, "Dockerfile"), " -le "+limit[1]+"\n")
	n, err := strconv.ParseInt(limit[1], 10, 64)
	require.NoError(t, err)
	return n
}

func TestTheBinaryIsSmallAndStandsAlone(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the whole product")
	}
	out := filepath.Join(t.TempDir(), "propflow")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, "./cmd/propflow")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=-buildvcs=false -tags=nodynamic")
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	info, err := os.Stat(out)
	require.NoError(t, err)
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	assert.LessOrEqual(t, info.Size(), largest(t))

	binary, err := elf.Open(out)
	require.NoError(t, err)
	defer func() { assert.NoError(t, binary.Close()) }()
	libraries, err := binary.ImportedLibraries()
	require.NoError(t, err)
	assert.Empty(t, libraries, "distroless has none")
	assert.Nil(t, binary.Section(".symtab"), "it is stripped")
}

// built returns the path of the binary as `make build` links it.
func built(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the whole product")
	}
	flags := regexp.MustCompile(`(?m)^\t\$\(GO\) build (.*) -ldflags '\$\(LDFLAGS\)' -o bin/propflow \./cmd/propflow$`).FindStringSubmatch(read(t, "Makefile"))
	require.NotNil(t, flags)
	out := filepath.Join(t.TempDir(), "propflow")
	build := exec.CommandContext(t.Context(), "go", append(append([]string{"build"}, strings.Fields(flags[1])...), "-ldflags", "-s -w", "-o", out, "./cmd/propflow")...)
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS=linux", "GOFLAGS=-buildvcs=false -tags=nodynamic")
	said, err := build.CombinedOutput()
	require.NoError(t, err, string(said))
	return out
}

// TestTheBinaryIsKnown checks that its addresses are drawn at random, and that the bill of
// materials has each module that the linker wrote into it.
func TestTheBinaryIsKnown(t *testing.T) {
	t.Parallel()
	out := built(t)
	binary, err := elf.Open(out)
	require.NoError(t, err)
	defer func() { assert.NoError(t, binary.Close()) }()
	assert.Equal(t, elf.ET_DYN, binary.Type, "a position-independent executable")

	bill := filepath.Join(t.TempDir(), "sbom.json")
	list := exec.CommandContext(t.Context(), "go", "run", "./notices/collect", "-sbom", bill)
	list.Dir = root
	said, err := list.CombinedOutput()
	require.NoError(t, err, string(said))
	text, err := os.ReadFile(bill)
	require.NoError(t, err)
	var contents struct {
		Format     string `json:"bomFormat"`
		Components []struct {
			Name, Version, PURL string
			Licenses            []struct{ Expression string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &contents))
	assert.Equal(t, "CycloneDX", contents.Format)
	versions, packages := map[string]string{}, map[string]bool{}
	for _, c := range contents.Components {
		versions[c.Name], packages[c.PURL] = c.Version, true
	}
	info, err := buildinfo.ReadFile(out)
	require.NoError(t, err)
	require.Greater(t, len(info.Deps), 30)
	for _, module := range info.Deps {
		assert.Equal(t, module.Version, versions[module.Path], module.Path)
	}
	dockerfile := read(t, "Dockerfile")
	for _, name := range []string{"libjpeg-turbo", "GNU C library", "libheif"} {
		assert.Contains(t, versions, name, "what no module is")
	}
	golang := regexp.MustCompile(`FROM golang:([0-9.]+)-`).FindStringSubmatch(dockerfile)
	require.NotNil(t, golang)
	assert.True(t, packages["pkg:golang/stdlib@"+golang[1]], "the standard library, by the version of the compiler")
	assert.Contains(t, dockerfile, "FROM gcr.io/distroless/static-debian12:nonroot@"+versions["gcr.io/distroless/static-debian12:nonroot"]+"\n")
}

func TestTheImageShipsTheLicences(t *testing.T) {
	t.Parallel()
	dockerfile := read(t, "Dockerfile")
	shipped := dockerfile[strings.LastIndex(dockerfile, "\nFROM "):]
	assert.Contains(t, shipped, "/src/LICENSE ")
	assert.Contains(t, shipped, "/src/notices/THIRD-PARTY-NOTICES ")
	assert.Empty(t, compose.Ignored(read(t, ".dockerignore"), []string{"LICENSE", "notices/THIRD-PARTY-NOTICES"}))
}
