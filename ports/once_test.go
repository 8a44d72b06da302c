package ports_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/propflow/propflow/adapters/memory"
	"github.com/propflow/propflow/domain"
	"github.com/propflow/propflow/ports"
)

var (
	now = time.Date(2026, time.November, 23, 6, 30, 0, 123456000, time.UTC)
	key = domain.IdempotencyKey{UserID: "u", Operation: "createProperty", Key: "k", Fingerprint: "f"}
)

// importOutput has the shape of valuation.ImportComparablesOutput.
type importOutput struct{ Imported, Skipped int }

// staffOutput has the shape of identity.StaffOutput.
type staffOutput struct {
	domain.User
	Proposal *domain.Proposal `json:",omitempty"`
}

// results are the types that use cases let Once remember.
var results = map[string]reflect.Type{
	"domain.Comparable":       reflect.TypeFor[domain.Comparable](),
	"domain.Consent":          reflect.TypeFor[domain.Consent](),
	"domain.Photo":            reflect.TypeFor[domain.Photo](),
	"domain.Export":           reflect.TypeFor[domain.Export](),
	"domain.LegalHold":        reflect.TypeFor[domain.LegalHold](),
	"domain.PrivacyRequest":   reflect.TypeFor[domain.PrivacyRequest](),
	"domain.Property":         reflect.TypeFor[domain.Property](),
	"domain.Proposal":         reflect.TypeFor[domain.Proposal](),
	"StaffOutput":             reflect.TypeFor[staffOutput](),
	"domain.User":             reflect.TypeFor[domain.User](),
	"domain.Valuation":        reflect.TypeFor[domain.Valuation](),
	"ImportComparablesOutput": reflect.TypeFor[importOutput](),
}

func TestEveryResultThatIsRememberedIsTested(t *testing.T) {
	t.Parallel()
	found := 0
	require.NoError(t, filepath.WalkDir("../domain", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if result := rememberedBy(n); result != "" {
				found++
				assert.Contains(t, results, result, "%s remembers it", path)
			}
			return true
		})
		return nil
	}))
	assert.Greater(t, found, 15)
}

// rememberedBy returns the type that a call of ports.Once remembers, "" for any other node.
func rememberedBy(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	once, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || once.Sel.Name != "Once" {
		return ""
	}
	work, ok := call.Args[len(call.Args)-1].(*ast.FuncLit)
	if !ok {
		return "a named function"
	}
	switch result := work.Type.Results.List[0].Type.(type) {
	case *ast.Ident:
		return result.Name
	case *ast.SelectorExpr:
		return result.X.(*ast.Ident).Name + "." + result.Sel.Name
	}
	return "another type"
}

func TestResultsAreRememberedWhole(t *testing.T) {
	t.Parallel()
	for name, typ := range results {
		whole, empty := reflect.New(typ).Elem(), reflect.New(typ).Elem()
		fill(t, whole, name, true)
		fill(t, empty, name, false)
		for _, want := range []any{whole.Interface(), empty.Interface(), reflect.Zero(typ).Interface()} {
			switch want := want.(type) {
			case domain.Comparable:
				replay(t, want)
			case domain.Consent:
				replay(t, want)
			case domain.Photo:
				replay(t, want)
			case domain.Export:
				replay(t, want)
			case domain.LegalHold:
				replay(t, want)
			case domain.PrivacyRequest:
				replay(t, want)
			case domain.Property:
				replay(t, want)
			case domain.Proposal:
				replay(t, want)
			case staffOutput:
				replay(t, want)
			case domain.User:
				replay(t, want)
			case domain.Valuation:
				replay(t, want)
			case importOutput:
				replay(t, want)
			default:
				assert.Fail(t, "no replay of "+name)
			}
		}
	}
}

// replay has the result remembered and asks for it again.
func replay[T any](t *testing.T, want T) {
	t.Helper()
	m := memory.ForTest()
	first, err := ports.Once(t.Context(), m.Store, key, now, func(context.Context, ports.Tx) (T, error) { return want, nil })
	require.NoError(t, err)
	again, err := ports.Once(t.Context(), m.Store, key, now, func(context.Context, ports.Tx) (T, error) {
		return want, errors.New("done a second time")
	})
	require.NoError(t, err)
	assert.Equal(t, want, first)
	assert.Equal(t, want, again)
}

// fill sets every field below v, lists to two items, or to none if they are not wanted.
func fill(t *testing.T, v reflect.Value, at string, items bool) {
	t.Helper()
	require.True(t, v.CanSet(), "%s is not exported: a replay would lose it", at)
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(now))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), at+"."+v.Type().Field(i).Name, items)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), at, items)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 2))
		if items {
			v.SetLen(2)
		}
		for i := range v.Len() {
			fill(t, v.Index(i), at+"[]", items)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(t, v.Index(i), at+"[]", items)
		}
	case reflect.String:
		v.SetString("ä \"<&>\" " + at)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1<<53 + 1) // more than a float64 holds
	case reflect.Uint8:
		v.SetUint(1<<8 - 1)
	case reflect.Uint64:
		v.SetUint(1<<64 - 1)
	case reflect.Float64:
		v.SetFloat(1.0 / 3)
	default:
		assert.Fail(t, "fill knows no "+v.Kind().String(), at)
	}
}

func TestOnceDoesItOnce(t *testing.T) {
	t.Parallel()
	m, done := memory.ForTest(memory.WithReruns(0, 0)), 0
	do := func(key domain.IdempotencyKey, at time.Time) (int, error) {
		return ports.Once(t.Context(), m.Store, key, at, func(context.Context, ports.Tx) (int, error) {
			done++
			return done, nil
		})
	}
	for range 3 {
		got, err := do(key, now)
		require.NoError(t, err)
		assert.Equal(t, 1, got)
	}
	other := key
	other.Fingerprint = "g"
	_, err := do(other, now)
	assert.True(t, domain.IsKind(err, domain.KindKeyReused))
	assert.Equal(t, "idempotency_key_reused", domain.CodeOf(err))
	assert.Equal(t, 1, done)

	for _, change := range []func(*domain.IdempotencyKey){
		func(k *domain.IdempotencyKey) { k.UserID = "v" }, func(k *domain.IdempotencyKey) { k.Operation = "other" },
		func(k *domain.IdempotencyKey) { k.Key = "l" }, func(k *domain.IdempotencyKey) { *k = domain.IdempotencyKey{} },
		func(k *domain.IdempotencyKey) { *k = domain.IdempotencyKey{} },
	} {
		before, another := done, key
		change(&another)
		_, err := do(another, now)
		require.NoError(t, err)
		assert.Equal(t, before+1, done, "%+v promises nothing of the first", another)
	}
	before := done
	_, err = do(key, now.Add(domain.IdempotencyTTL))
	require.NoError(t, err)
	assert.Equal(t, before+1, done, "after a day it is forgotten")
}

func TestOnceForgetsFailures(t *testing.T) {
	t.Parallel()
	m := memory.ForTest()
	_, err := ports.Once(t.Context(), m.Store, key, now, func(context.Context, ports.Tx) (int, error) { return 7, domain.NotFound("property") })
	assert.Equal(t, "property_not_found", domain.CodeOf(err))
	got, err := ports.Once(t.Context(), m.Store, key, now, func(context.Context, ports.Tx) (int, error) { return 8, nil })
	require.NoError(t, err)
	assert.Equal(t, 8, got)

	_, err = ports.Once(t.Context(), m.Store, key, now, func(context.Context, ports.Tx) (string, error) { return "", nil })
	assert.Equal(t, domain.KindInternal, domain.KindOf(err), "a result of another shape is a fault of ours")
	_, err = ports.Once(t.Context(), m.Store, domain.IdempotencyKey{Key: "l"}, now, func(context.Context, ports.Tx) (func(), error) { return func() {}, nil })
	assert.Equal(t, domain.KindInternal, domain.KindOf(err), "so is one that JSON cannot hold")
}

func TestOnceIsAllOrNothing(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		m := memory.ForTest()
		m.Faults.FailCall(n)
		_, err := ports.Once(t.Context(), m.Store, key, now, func(ctx context.Context, tx ports.Tx) (int, error) {
			return 1, tx.Users.Add(ctx, domain.NewCustomer("u", "+919811100001", now))
		})
		if !m.Faults.Fired() {
			require.NoError(t, err)
			assert.Greater(t, n, 4)
			return
		}
		require.True(t, domain.IsKind(err, domain.KindUnavailable), "call %d: %v", n, err)
		m.Faults.Up()
		got, err := ports.Once(t.Context(), m.Store, key, now, func(ctx context.Context, tx ports.Tx) (int, error) {
			_, err := tx.Users.Get(ctx, "u")
			assert.True(t, domain.IsKind(err, domain.KindNotFound), "call %d left something behind", n)
			return 2, nil
		})
		require.NoError(t, err)
		assert.Equal(t, 2, got)
	}
}
