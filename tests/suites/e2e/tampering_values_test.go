package e2e_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// others returns values of the column's type that differ from the value, as text. Constraints may
// refuse some. have are values of other rows.
func (c column) others(value *string, have []string) (others []*string) {
	seen := map[string]bool{}
	add := func(v string) {
		if (value == nil || v != *value) && !seen[v] {
			seen[v] = true
			others = append(others, &v)
		}
	}
	for _, v := range have {
		add(v)
	}
	for _, v := range c.literals {
		add(v)
	}
	if value != nil {
		others = append(others, nil)
	}
	old := ""
	if value != nil {
		old = *value
	}
	switch c.kind {
	case "integer", "bigint":
		n, _ := strconv.ParseInt(old, 10, 64)
		add(strconv.FormatInt(n+1, 10))
	case "double precision":
		n, _ := strconv.ParseFloat(old, 64)
		add(strconv.FormatFloat(n+1e-6, 'g', -1, 64))
		add("NaN")
	case "boolean":
		add(strconv.FormatBool(old != "true"))
	case "timestamp with time zone":
		add(anotherTime)
		add("infinity")
		if at, err := time.Parse("2006-01-02 15:04:05.999999-07", old); err == nil {
			add(at.Add(time.Microsecond).Format(time.RFC3339Nano))
		}
	case "interval":
		add("00:00:00.000001")
		add("1 mon")
	case "uuid":
		add("0193562c-0000-7000-8000-00000000000f")
	case "uuid[]":
		add("{0193562c-0000-7000-8000-00000000000f}")
		add("{}")
	case "text[]":
		add("{OTHER}")
		add("{}")
	case "jsonb":
		all := alteredJSON(old)
		step := 1
		if !everything() {
			step = 1 + len(all)/8
		}
		for i := 0; i < len(all); i += step {
			add(all[i])
		}
	case "text":
		add(old + "x")
		add(alteredText(old))
	default:
		panic("no values of the type " + c.kind + " are known, for " + c.table + "." + c.name)
	}
	return others
}

// alteredText returns the text with its last letter or digit changed, so that it keeps its form.
func alteredText(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		for _, class := range []string{"01", "ab", "AB"} {
			if regexp.MustCompile(`[` + map[string]string{"01": "0-9", "ab": "a-z", "AB": "A-Z"}[class] + `]`).MatchString(s[i : i+1]) {
				other := class[:1]
				if s[i:i+1] == other {
					other = class[1:]
				}
				return s[:i] + other + s[i+1:]
			}
		}
	}
	return s + "x"
}

// alteredJSON returns the document with each of its leaves changed, one at a time, and each list
// without its last item.
func alteredJSON(document string) (altered []string) {
	if document == "" {
		return nil
	}
	var root any
	if err := json.Unmarshal([]byte(document), &root); err != nil {
		panic(err)
	}
	eachAlteration(root, func(v any) {
		encoded, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		altered = append(altered, string(encoded))
	})
	return altered
}

func eachAlteration(v any, yield func(any)) {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			eachAlteration(v[name], func(inner any) {
				changed := maps.Clone(v)
				changed[name] = inner
				yield(changed)
			})
		}
	case []any:
		for i := range v {
			eachAlteration(v[i], func(inner any) {
				changed := slices.Clone(v)
				changed[i] = inner
				yield(changed)
			})
		}
		if last := len(v) - 1; last >= 0 && v[last] != 0.0 { // a list of fixed length is the same without a last 0
			yield(v[:last])
		}
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			yield(at.Add(time.Second).Format(time.RFC3339Nano))
			return
		}
		yield(alteredText(v))
	case float64:
		yield(v + 1)
	case bool:
		yield(!v)
	}
}
