package arch

import (
	"regexp"
	"slices"
	"strings"
)

// Rule lists what packages may import. In a pattern, * matches one path element, ** this
// package and every one below it, and $x in Packages one element to which May can refer.
type Rule struct {
	Packages   string
	May        []string // first-party packages
	ThirdParty []string // prefixes of modules; Anything allows all, nil none
}

// Anything lifts the limit on third-party modules.
var Anything = []string{""}

// testLibraries are testing libraries, for suites and tests only.
var testLibraries = []string{"github.com/stretchr/testify", "pgregory.net/rapid", "go.uber.org/goleak"}

// everywhere lists the packages that the composition root connects.
var everywhere = []string{
	"domain/**", "ports/**", "adapters/**", "internal/**", "api/**", "sdk/go", "migrations", "app/**",
}

// House is the rules for all packages. The first rule that matches a package applies.
var House = []Rule{
	{Packages: "domain", May: []string{"domain/postal"}},
	{Packages: "domain/postal"},
	{Packages: "domain/postal/derive", May: []string{"domain/postal"}},
	{Packages: "domain/model/*", May: []string{"domain"}},
	{Packages: "domain/*", May: []string{"domain", "domain/model/*", "domain/postal", "ports"}},
	{Packages: "ports", May: []string{"domain"}},
	{Packages: "ports/portstest/photofixture", May: []string{"domain", "app/demodata/drawnphoto"}},
	{Packages: "ports/portstest", May: []string{"domain", "domain/model/*", "ports", "ports/portstest/photofixture"}, ThirdParty: append(testLibraries, "golang.org/x/image/")},
	{Packages: "internal/cooldown", ThirdParty: []string{"github.com/failsafe-go/"}},
	{Packages: "adapters/internal/httpcall", May: []string{"ports"}, ThirdParty: []string{"github.com/failsafe-go/"}},
	{Packages: "adapters/postgres/**", May: []string{"domain", "domain/model/*", "ports", "migrations", "adapters/postgres/**"}, ThirdParty: Anything},
	{Packages: "adapters/twilio", May: []string{"domain", "ports", "adapters/internal/httpcall"}},
	{Packages: "adapters/vision", May: []string{"domain", "ports", "adapters/internal/httpcall"}},
	{Packages: "adapters/redis", May: []string{"domain", "ports", "internal/cooldown"}, ThirdParty: Anything},
	{Packages: "adapters/$x/**", May: []string{"domain", "domain/model/*", "ports", "adapters/$x/**"}, ThirdParty: Anything},
	{Packages: "."},
	{Packages: "api/gen", ThirdParty: Anything},
	{Packages: "api/middleware", May: []string{"domain", "domain/*", "ports", "api/gen"}, ThirdParty: Anything},
	{Packages: "api", May: []string{".", "domain", "domain/*", "domain/model/*", "ports", "api/gen", "api/middleware"}, ThirdParty: Anything},
	{Packages: "sdk/go", ThirdParty: []string{"github.com/oapi-codegen/"}},
	{Packages: "migrations"},
	{Packages: "app/demodata/drawnphoto", May: []string{"domain"}, ThirdParty: []string{"golang.org/x/image/"}},
	{Packages: "app/**", May: everywhere, ThirdParty: Anything},
	{Packages: "notices"},
	{Packages: "notices/collect", ThirdParty: []string{"github.com/google/licensecheck", "go.yaml.in/yaml/v3"}},
	{Packages: "cmd/*", May: []string{"app/**", "sdk/go", "notices"}, ThirdParty: Anything},
	{Packages: "tests/kit/fixture", May: []string{"domain", "ports", "adapters/memory"}, ThirdParty: testLibraries},
	{Packages: "tests/**", May: []string{"**"}, ThirdParty: Anything},
}

// ruleFor returns the rule for a package and the element that its $x matches. named reports
// whether there is a rule.
func ruleFor(rules []Rule, name string) (rule Rule, own string, named bool) {
	for _, r := range rules {
		if m := pattern(r.Packages).FindStringSubmatch(name); m != nil {
			return r, strings.Join(m[1:], ""), true
		}
	}
	return Rule{}, "", false
}

// allows reports whether the rule lets a package import path. It always allows self, the
// package itself, because its external tests import it.
func (r Rule) allows(path, own, self string) bool {
	if path == self || path == "C" {
		return true
	}
	if path == Module || strings.HasPrefix(path, Module+"/") {
		name := relative(path)
		return slices.ContainsFunc(r.May, func(may string) bool {
			return pattern(strings.ReplaceAll(may, "$x", own)).MatchString(name)
		})
	}
	return standard(path) || hasPrefix(r.ThirdParty, path)
}

// allowedInTests reports whether test files of every package may import path, whatever its rule.
func allowedInTests(path string) bool {
	ours := []string{
		"/adapters/memory", "/ports/portstest", "/ports/portstest/photofixture", "/app/demodata/drawnphoto",
		"/tests/files/docs", "/tests/kit/fixture", "/tests/kit/servers", "/tests/kit/outside", "/tests/kit/pdftext", "/tests/kit/vendors",
	}
	return slices.Contains(ours, strings.TrimPrefix(path, Module)) || hasPrefix(testLibraries, path) ||
		strings.HasPrefix(path, Module+"/domain/model/")
}

// standard reports whether path is in the standard library: its first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func hasPrefix(prefixes []string, path string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		return strings.HasPrefix(path, prefix)
	})
}

// pattern compiles the notation of Rule.
func pattern(s string) *regexp.Regexp {
	s = regexp.QuoteMeta(s)
	s = strings.NewReplacer(`/\*\*`, `(?:/.*)?`, `\*\*`, `.*`, `\*`, `[^/]+`, `\$x`, `([^/]+)`).Replace(s)
	return regexp.MustCompile("^" + s + "$")
}
