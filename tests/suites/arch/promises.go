package arch

import (
	"fmt"
	"go/ast"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Problems are problem codes by their status.
type Problems map[string][]string

func (p Problems) add(status, code string) {
	if !slices.Contains(p[status], code) {
		p[status] = append(p[status], code)
		slices.Sort(p[status])
	}
}

// String formats the problems as in the document.
func (p Problems) String() string {
	var b strings.Builder
	for _, status := range slices.Sorted(maps.Keys(p)) {
		fmt.Fprintf(&b, ", '%s': [%s]", status, strings.Join(p[status], ", "))
	}
	return "{" + strings.TrimPrefix(b.String(), ", ") + "}"
}

// clientErrors are the statuses of the kinds of domain.Error to which a client can react.
var clientErrors = map[string]string{
	"KindInvalid": "400", "KindUnauthenticated": "401", "KindForbidden": "403", "KindNotFound": "404", "KindConflict": "409",
	"KindStale": "412", "KindTooLarge": "413", "KindKeyReused": "422", "KindTooMany": "429",
}

// promise matches a kind, a code of that kind, or a reference to the comment of another method.
var promise = regexp.MustCompile(`(Kind[A-Z]\w+)|"([a-z_]+)"|those of domain\.(\w+\.\w+)`)

// PromisedProblems returns the problems that the comment of each use case's Execute lists:
// codes after their kind, and those of the methods of package domain to which it refers.
func PromisedProblems(root string) (map[string]Problems, error) {
	comments := map[string]string{}
	useCases := map[string]string{}
	read := func(into map[string]string, key func(method) string) func(string, *ast.File) {
		return func(_ string, file *ast.File) {
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil {
					into[key(method{nameOf(f.Recv.List[0].Type), f.Name.Name})] = strings.Join(strings.Fields(f.Doc.Text()), " ")
				}
			}
		}
	}
	whole := func(m method) string { return m.receiver + "." + m.name }
	if err := parseFolder(root, "domain/*.go", read(comments, whole)); err != nil {
		return nil, err
	}
	if err := parseFolder(root, "domain/*/*.go", read(useCases, whole)); err != nil {
		return nil, err
	}
	all := map[string]Problems{}
	for name, comment := range useCases {
		if useCase, ok := strings.CutSuffix(name, ".Execute"); ok {
			all[useCase] = Problems{}
			all[useCase].promised(comment, comments)
		}
	}
	return all, nil
}

func (p Problems) promised(comment string, others map[string]string) {
	kind := ""
	for _, m := range promise.FindAllStringSubmatch(comment, -1) {
		switch status := clientErrors[kind]; {
		case m[1] != "":
			kind = m[1]
		case m[3] != "":
			p.promised(others[m[3]], nil)
		case status != "":
			p.add(status, m[2])
		}
	}
}

// Operation is an operation of the document with the 4xx problems that it lists.
type Operation struct {
	ID string
	// Shared are the problems of the responses that it shares with other operations, Own those
	// that only the operation lists.
	Shared, Own Problems
	Statuses    []string // of its answers
	Keyed       bool     // whether it takes an Idempotency-Key
	Fresh       bool     // whether it needs a factor that was proved lately
	Browsers    bool     // whether browsers call it with cookies
}

// DocumentedProblems reads the x-problem-codes of every operation and of its responses.
func DocumentedProblems(doc *openapi3.T) (all []Operation) {
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			o := Operation{ID: op.OperationID, Shared: Problems{}, Own: Problems{}}
			for status, response := range op.Responses.Map() {
				o.Statuses = append(o.Statuses, status)
				for _, code := range texts(response.Value.Extensions["x-problem-codes"]) {
					o.Shared.add(status, code)
				}
			}
			own, _ := op.Extensions["x-problem-codes"].(map[string]any)
			for status, codes := range own {
				for _, code := range texts(codes) {
					o.Own.add(status, code)
				}
			}
			o.Keyed = op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "Idempotency-Key") != nil
			o.Fresh, _ = op.Extensions["x-fresh"].(bool)
			o.Browsers = op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "PropFlow-Client") != nil
			all = append(all, o)
		}
	}
	return all
}

// texts returns the strings of a list of the document.
func texts(list any) (all []string) {
	values, _ := list.([]any)
	for _, value := range values {
		all = append(all, fmt.Sprint(value))
	}
	return all
}

// CheckProblems returns one line for each operation whose own problems are not those that its
// use case promises, and one for each status with own problems that the operation does not
// answer. What the use case promises counts without the problems that shared responses list,
// without those in unsent, which are answered before the use case is called, and with those that
// every operation of its kind can answer: keyed, fresh, or for browsers.
func CheckProblems(operations []Operation, promised map[string]Problems, unsent []string) (faults []string) {
	for _, o := range operations {
		want := Problems{}
		for useCase, problems := range promised {
			if !strings.EqualFold(useCase, o.ID) {
				continue
			}
			for status, codes := range problems {
				for _, code := range codes {
					if !slices.Contains(o.Shared[status], code) && !slices.Contains(unsent, code) {
						want.add(status, code)
					}
				}
			}
		}
		if o.Keyed {
			want.add("409", "request_in_progress")
		}
		if o.Fresh {
			want.add("403", "fresh_factor_required")
		}
		if o.Browsers {
			want.add("403", "origin_not_allowed")
		}
		if want.String() != o.Own.String() {
			faults = append(faults, fmt.Sprintf("%s: x-problem-codes is %s, want %s", o.ID, o.Own, want))
		}
		for status := range o.Own {
			if !slices.Contains(o.Statuses, status) {
				faults = append(faults, fmt.Sprintf("%s lists problems of %s, which it does not answer", o.ID, status))
			}
		}
	}
	slices.Sort(faults)
	return faults
}
