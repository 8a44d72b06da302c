package portstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Stored checks that this release can replay a complete result that the previous release has
// stored, and that the previous release can replay what this one stores, because both run
// during a rolling deployment: every field of golden must come back under its name, with its
// value. T is the type to which ports.Once decodes it.
func Stored[T any](t *testing.T, golden []byte) {
	t.Helper()
	for _, fault := range lostFields[T](golden) {
		t.Error(fault)
	}
}

// lostFields lists the fields of golden that are lost when it is decoded to T and encoded again.
func lostFields[T any](golden []byte) []string {
	var result T
	if err := json.Unmarshal(golden, &result); err != nil {
		return []string{fmt.Sprintf("%T cannot be decoded: %v; %s", result, err, adviseStored)}
	}
	again, err := json.Marshal(result)
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for _, field := range missing(fmt.Sprintf("%T", result), document(golden), document(again)) {
		faults = append(faults, field+" is lost: "+adviseStored)
	}
	return faults
}

const adviseStored = "both releases of a rolling deploy replay results for 24 h; " +
	"keep the name and the type of what is stored, by a json tag (docs/decisions/0005-idempotent-results.md)"

// document decodes JSON without losing digits of numbers.
func document(text []byte) (value any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return err.Error()
	}
	return value
}

// missing lists the fields of want that there lacks or has with another value. there may have
// more fields.
func missing(at string, want, there any) (fields []string) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := there.(map[string]any)
		if !ok {
			return []string{at}
		}
		for _, name := range slices.Sorted(maps.Keys(want)) {
			value, ok := object[name]
			if !ok {
				fields = append(fields, at+"."+name)
				continue
			}
			fields = append(fields, missing(at+"."+name, want[name], value)...)
		}
	case []any:
		list, ok := there.([]any)
		if !ok || len(list) != len(want) {
			return []string{at}
		}
		for i := range want {
			fields = append(fields, missing(fmt.Sprintf("%s[%d]", at, i), want[i], list[i])...)
		}
	default:
		if want != there {
			return []string{at}
		}
	}
	return fields
}

// StoredWhole checks that golden has every field that this release stores, so that none can be
// renamed unnoticed. whole is a result with every field set. Lists are compared by their first
// item.
func StoredWhole(t *testing.T, golden []byte, whole any) {
	t.Helper()
	now, err := json.Marshal(whole)
	require.NoError(t, err)
	for _, field := range missing(fmt.Sprintf("%T", whole), shape(document(now)), shape(document(golden))) {
		t.Errorf("%s is not in the stored example: add it, with a value that is not empty", field)
	}
}

// shape returns the value with only the names of its fields, without their values.
func shape(value any) any {
	switch value := value.(type) {
	case map[string]any:
		names := make(map[string]any)
		for name, inner := range value {
			names[name] = shape(inner)
		}
		return names
	case []any:
		if len(value) > 0 {
			return []any{shape(value[0])}
		}
	}
	return nil
}
