package arch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pkg is a package of the house that imports others of it.
func pkg(name string, imports ...string) Package {
	return Package{ImportPath: Module + "/" + name, Imports: full(imports)}
}

func full(imports []string) []string {
	for i, path := range imports {
		if len(path) > 1 && path[0] == '/' {
			imports[i] = Module + path
		}
	}
	return imports
}

func TestCheckImports(t *testing.T) {
	t.Parallel()
	testOf := func(name string, imports ...string) Package {
		return Package{ImportPath: Module + "/" + name, XTestImports: full(imports)}
	}
	const testify, rapid = "github.com/stretchr/testify/require", "pgregory.net/rapid"
	tests := map[string]struct {
		pkg  Package
		want string // the fault; none: it is allowed
	}{
		"domain, standard library":          {pkg: pkg("domain", "time", "encoding/json")},
		"domain, ports":                     {pkg("domain", "/ports"), "domain imports ports"},
		"domain, a module":                  {pkg("domain", testify), "domain imports " + testify},
		"domain, pincodes":                  {pkg: pkg("domain", "/domain/postal")},
		"domain/x, pincodes":                {pkg: pkg("domain/intake", "/domain", "/domain/postal")},
		"pincodes, domain":                  {pkg("domain/postal", "/domain"), "domain/postal imports domain"},
		"domain/x, what it works with":      {pkg: pkg("domain/intake", "/domain", "/ports")},
		"domain/x, a sibling":               {pkg("domain/intake", "/domain/review"), "domain/intake imports domain/review"},
		"domain/x, suites outside tests":    {pkg("domain/intake", "/ports/portstest"), "domain/intake imports ports/portstest"},
		"domain/x, an adapter":              {pkg("domain/intake", "/adapters/memory"), "domain/intake imports adapters/memory"},
		"domain, a model":                   {pkg("domain", "/domain/model/estimate"), "domain imports domain/model/estimate"},
		"domain/x, a model":                 {pkg: pkg("domain/valuation", "/domain", "/domain/model/estimate", "/ports")},
		"model, domain":                     {pkg: pkg("domain/model/estimate", "/domain", "math")},
		"model, ports":                      {pkg("domain/model/estimate", "/domain", "/ports"), "domain/model/estimate imports ports"},
		"model, another":                    {pkg("domain/model/estimate", "/domain/model/kpi"), "domain/model/estimate imports domain/model/kpi"},
		"model, a use case":                 {pkg("domain/model/estimate", "/domain/valuation"), "domain/model/estimate imports domain/valuation"},
		"model, a module":                   {pkg("domain/model/kpi", testify), "domain/model/kpi imports " + testify},
		"ports, a model":                    {pkg("ports", "/domain/model/kpi"), "ports imports domain/model/kpi"},
		"adapter, a model":                  {pkg: pkg("adapters/memory", "/domain/model/photocheck")},
		"test, a model":                     {pkg: testOf("domain", "/domain/model/photocheck")},
		"ports, a module":                   {pkg("ports", "github.com/google/uuid"), "ports imports github.com/google/uuid"},
		"portstest, testing libraries":      {pkg: pkg("ports/portstest", "/domain", "/ports", testify, rapid)},
		"portstest, another module":         {pkg("ports/portstest", "github.com/google/uuid"), "ports/portstest imports github.com/google/uuid"},
		"portstest, an adapter":             {pkg("ports/portstest", "/adapters/memory"), "ports/portstest imports adapters/memory"},
		"adapter, its own below":            {pkg: pkg("adapters/s3", "/domain", "/ports", "/adapters/s3/internal/sign", "github.com/aws/aws-sdk-go-v2")},
		"adapter below, its own":            {pkg: pkg("adapters/s3/internal/sign", "/adapters/s3/internal/clock")},
		"adapter, another":                  {pkg("adapters/s3", "/adapters/memory"), "adapters/s3 imports adapters/memory"},
		"adapter below, another":            {pkg("adapters/s3/internal", "/adapters/redis"), "adapters/s3/internal imports adapters/redis"},
		"adapter, one that begins alike":    {pkg("adapters/s3", "/adapters/s3fake"), "adapters/s3 imports adapters/s3fake"},
		"adapter, a use case":               {pkg("adapters/s3", "/domain/intake"), "adapters/s3 imports domain/intake"},
		"vendor, the shared client":         {pkg: pkg("adapters/twilio", "/domain", "/ports", "/adapters/internal/httpcall")},
		"vendor, another vendor":            {pkg("adapters/twilio", "/adapters/vision"), "adapters/twilio imports adapters/vision"},
		"adapter, a client not its own":     {pkg("adapters/s3", "/adapters/internal/httpcall"), "adapters/s3 imports adapters/internal/httpcall"},
		"shared client, what it needs":      {pkg: pkg("adapters/internal/httpcall", "/ports", "github.com/failsafe-go/failsafe-go/retrypolicy")},
		"shared client, a vendor":           {pkg("adapters/internal/httpcall", "/adapters/twilio"), "adapters/internal/httpcall imports adapters/twilio"},
		"redis, a guard":                    {pkg: pkg("adapters/redis", "/internal/cooldown")},
		"guard, the house":                  {pkg("internal/cooldown", "/domain"), "internal/cooldown imports domain"},
		"domain/x, a guard":                 {pkg("domain/intake", "/internal/cooldown"), "domain/intake imports internal/cooldown"},
		"app, a guard":                      {pkg: pkg("app/live", "/internal/cooldown")},
		"another room of internal":          {pkg("internal/misc"), "internal/misc: no rule names this package"},
		"postgres, migrations":              {pkg: pkg("adapters/postgres", "/migrations", "/adapters/postgres/internal/sqlcgen")},
		"redis, migrations":                 {pkg("adapters/redis", "/migrations"), "adapters/redis imports migrations"},
		"api, what it calls":                {pkg: pkg("api", "/domain", "/domain/review", "/ports", "/api/gen", "/api/middleware")},
		"api, the document":                 {pkg: pkg("api", Module)},
		"app, the document":                 {pkg("app", Module), "app imports ."},
		"api, an adapter":                   {pkg("api", "/adapters/memory"), "api imports adapters/memory"},
		"api, app":                          {pkg("api", "/app/config"), "api imports app/config"},
		"middleware, handlers":              {pkg("api/middleware", "/api"), "api/middleware imports api"},
		"generated server, the house":       {pkg("api/gen", "/domain"), "api/gen imports domain"},
		"client, the house":                 {pkg("sdk/go", "/domain"), "sdk/go imports domain"},
		"client, what it is generated with": {pkg: pkg("sdk/go", "github.com/oapi-codegen/runtime")},
		"client, a heavy module":            {pkg("sdk/go", "github.com/getkin/kin-openapi/openapi3"), "sdk/go imports github.com/getkin/kin-openapi/openapi3"},
		"app, everything below":             {pkg: pkg("app", "/domain/review", "/adapters/memory", "/api/middleware", "/sdk/go", "/migrations", "/app/worker")},
		"app, cmd":                          {pkg("app/worker", "/cmd/propflow"), "app/worker imports cmd/propflow"},
		"app, tests":                        {pkg("app", "/tests/suites/e2e"), "app imports tests/suites/e2e"},
		"drawn photos, drawing":             {pkg: pkg("app/demodata/drawnphoto", "/domain", "golang.org/x/image/vector")},
		"drawn photos, an adapter":          {pkg("app/demodata/drawnphoto", "/adapters/imaging"), "app/demodata/drawnphoto imports adapters/imaging"},
		"photofixture, drawn photos":        {pkg: pkg("ports/portstest/photofixture", "/domain", "/app/demodata/drawnphoto")},
		"photofixture, app":                 {pkg("ports/portstest/photofixture", "/app/demodata"), "ports/portstest/photofixture imports app/demodata"},
		"cmd, app and client":               {pkg: pkg("cmd/propflow", "/app", "/app/journey", "/sdk/go", "github.com/alecthomas/kong")},
		"cmd, the notices":                  {pkg: pkg("cmd/propflow", "/notices")},
		"app, the notices":                  {pkg("app", "/notices"), "app imports notices"},
		"notices, the house":                {pkg("notices/collect", "/domain"), "notices/collect imports domain"},
		"cmd, an adapter":                   {pkg("cmd/propflow", "/adapters/memory"), "cmd/propflow imports adapters/memory"},
		"tests, everything":                 {pkg: pkg("tests/suites/e2e", "/app", "/adapters/memory", "/cmd/propflow", testify)},
		"a package no rule names":           {pkg("service"), "service: no rule names this package"},
		"a capability below a capability":   {pkg("domain/intake/drafts"), "domain/intake/drafts: no rule names this package"},
		"the document, anything":            {Package{ImportPath: Module, Imports: full([]string{"/domain"})}, ". imports domain"},
		"test, memory, suites, libraries":   {pkg: testOf("domain/intake", "/domain/intake", "/adapters/memory", "/ports/portstest", testify, rapid, "testing/synctest")},
		"test, the shared world":            {pkg: testOf("domain/intake", "/tests/kit/fixture")},
		"the shared world, a use case":      {pkg("tests/kit/fixture", "/domain/intake"), "tests/kit/fixture imports domain/intake"},
		"the shared world, memory":          {pkg: pkg("tests/kit/fixture", "/domain", "/ports", "/adapters/memory", testify)},
		"domain/x, the world outside tests": {pkg("domain/intake", "/tests/kit/fixture"), "domain/intake imports tests/kit/fixture"},
		"test, another adapter":             {testOf("domain/intake", "/adapters/redis"), "a test of domain/intake imports adapters/redis"},
		"test, another module":              {testOf("domain", "github.com/google/uuid"), "a test of domain imports github.com/google/uuid"},
		"test inside the package":           {Package{ImportPath: Module + "/ports", TestImports: full([]string{"/app"})}, "a test of ports imports app"},
		"cgo":                               {pkg: pkg("adapters/imaging", "C", "unsafe")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			assert.Equal(t, want, CheckImports(House, []Package{tt.pkg}))
		})
	}
}

func TestListReportsFailure(t *testing.T) {
	t.Parallel()
	_, err := List(root, filepath.Join(t.TempDir(), "absent.json"))
	require.ErrorContains(t, err, "absent.json")
}

func TestCheckDocs(t *testing.T) {
	t.Parallel()
	good := Package{ImportPath: Module + "/good", GoFiles: []string{"a.go", "doc.go"}, Doc: "Package good is good."}
	bare := Package{ImportPath: Module + "/bare", GoFiles: []string{"bare.go"}, Doc: "Package bare is bare."}
	mute := Package{ImportPath: Module + "/mute", GoFiles: []string{"doc.go"}}
	assert.Equal(t, []string{"bare has no doc.go", "mute has a doc.go without a package comment"},
		CheckDocs([]Package{good, bare, mute}))
}

func TestCheckWords(t *testing.T) {
	t.Parallel()
	word := "TO" + "DO"
	assert.Equal(t, []string{"a.go:2 says " + word}, CheckWords("a.go", []byte("package a\n// "+word+": later\n")))
	assert.Equal(t, []string{"a.go:1 says " + "FIX" + "ME"}, CheckWords("a.go", []byte("x() // "+"FIX"+"ME")))
	assert.Empty(t, CheckWords("a.go", []byte("package a\n\n// PF-YYYYMMDD-XXXXXX holds no "+word+"S.\n")))
	nap := "time." + "Sleep(1)\n"
	assert.Equal(t, []string{"a_test.go:1 sleeps: await the event or use testing/synctest"}, CheckWords("a_test.go", []byte(nap)))
	assert.Empty(t, CheckWords("a_test.go", []byte("import \"testing/synctest\"\n"+nap)))
	assert.Empty(t, CheckWords("a.go", []byte("// Code generated by x. DO NOT EDIT.\n// "+word+"\n")))
}

func TestCheckOperations(t *testing.T) {
	t.Parallel()
	claim := UseCase{File: "domain/review/claim_property.go", Type: "ClaimProperty"}
	tests := map[string]struct {
		operations []string
		useCases   []UseCase
		handlers   []string
		without    []string
		want       []string
	}{
		"all there": {
			operations: []string{"claimProperty", "getHealth"}, useCases: []UseCase{claim, {"domain/review/expire.go", "Expire"}},
			handlers: []string{"ClaimProperty", "GetHealth", "Extra"}, without: []string{"getHealth"},
		},
		"no handler": {
			operations: []string{"claimProperty"}, useCases: []UseCase{claim},
			want: []string{"claimProperty has no handler in package api"},
		},
		"no use case": {
			operations: []string{"claimProperty"}, handlers: []string{"ClaimProperty"},
			want: []string{"claimProperty has no use case: want domain/*/claim_property.go with a struct and its Execute"},
		},
		"two use cases": {
			operations: []string{"claimProperty"}, handlers: []string{"ClaimProperty"},
			useCases: []UseCase{claim, {"domain/intake/claim_property.go", "ClaimProperty"}},
			want:     []string{"claimProperty has 2 use cases: domain/review/claim_property.go, domain/intake/claim_property.go"},
		},
		"in a file of another name": {
			operations: []string{"claimProperty"}, handlers: []string{"ClaimProperty"}, useCases: []UseCase{{"domain/review/claims.go", "ClaimProperty"}},
			want: []string{"claimProperty: its use case stands in domain/review/claims.go, not in claim_property.go"},
		},
		"spelt differently": {
			operations: []string{"requestOtp"}, handlers: []string{"RequestOTP"}, useCases: []UseCase{{"domain/identity/request_otp.go", "RequestOtp"}},
			want: []string{"requestOtp: handler and use case RequestOtp are spelt differently"},
		},
		"an exception without need": {
			operations: []string{"claimProperty"}, useCases: []UseCase{claim}, handlers: []string{"ClaimProperty"}, without: []string{"claimProperty"},
			want: []string{"claimProperty has a use case, so it needs no exception"},
		},
		"an exception for nothing": {
			without: []string{"getHealth"},
			want:    []string{"getHealth is excepted but not in the document"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, CheckOperations(tt.operations, tt.useCases, tt.handlers, tt.without))
		})
	}
}

const document = `
openapi: 3.1.0
info: {title: House, version: 1.0.0}
paths:
  /properties/{id}/claim:
    post: {operationId: claimProperty, responses: {'204': {description: Claimed.}}}
  /health:
    get: {responses: {'200': {description: Healthy.}}}
`

// writer returns a function that writes files of a house.
func writer(t *testing.T, house string) func(name, text string) {
	return func(name, text string) {
		t.Helper()
		file := filepath.Join(house, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
}

func TestReadingAHouse(t *testing.T) {
	t.Parallel()
	house := t.TempDir()
	write := writer(t, house)
	write("openapi.yaml", document)
	write("domain/review/claim_property.go", "package review\n\ntype ClaimProperty struct{}\n\nfunc (u *ClaimProperty) Execute() {}\nfunc (u ClaimProperty) Other() {}\n")
	write("domain/review/names.go", "package review\n\ntype Name string\n\nfunc (Name) Execute() {}\n\ntype Idle struct{}\n\nfunc Execute() {}\n")
	write("domain/review/claim_property_test.go", "package review\n\ntype Fake struct{}\n\nfunc (Fake) Execute() {}\n")
	write("api/review.go", "package api\n\ntype Server struct{}\n\nfunc (s *Server) ClaimProperty() {}\nfunc (s *Server) helper() {}\nfunc New() {}\n")
	write("node_modules/x/x.go", "not Go")
	write(".hidden/x.go", "not Go")

	operations, err := Operations(filepath.Join(house, "openapi.yaml"))
	require.NoError(t, err)
	assert.Equal(t, []string{"GET /health", "claimProperty"}, operations)
	useCases, err := UseCases(house)
	require.NoError(t, err)
	assert.Equal(t, []UseCase{{"domain/review/claim_property.go", "ClaimProperty"}}, useCases)
	handlers, err := Handlers(house)
	require.NoError(t, err)
	assert.Equal(t, []string{"ClaimProperty"}, handlers)
	var names []string
	require.NoError(t, WalkGo(house, func(name string, _ []byte) { names = append(names, name) }))
	assert.Len(t, names, 4)

	write("api/broken.go", "package api {")
	_, err = Handlers(house)
	require.ErrorContains(t, err, "broken.go")
	_, err = Operations(filepath.Join(house, "absent.yaml"))
	require.ErrorContains(t, err, "absent.yaml")
}

func TestSnake(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"claimProperty": "claim_property", "requestOTP": "request_otp", "requestOtp": "request_otp",
		"getOpenAPI": "get_open_api", "enrolTOTPDevice": "enrol_totp_device", "listKPIs": "list_kpis",
		"getKPIsOfDay": "get_kpis_of_day", "me": "me", "getSLA": "get_sla", "signOff": "sign_off",
	} {
		assert.Equal(t, want, Snake(id), id)
	}
}
