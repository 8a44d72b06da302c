package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// attempts lists everything wrong that this test knows to send to the operation.
func (w walk) attempts() []attempt {
	return slices.Concat(w.brokenBodies(), w.brokenHeaders(), w.brokenQueries(), w.brokenPaths())
}

func (w walk) brokenBodies() []attempt {
	huge := func(q *request) {
		q.body = io.LimitReader(zeros{}, 11<<20)
		q.headers["Expect"] = "100-continue" // the answer comes before the body is sent
	}
	if w.op.RequestBody == nil {
		return []attempt{
			w.with("a body where none goes", 400, func(q *request) { q.body = object{unknownName: marker} }),
			w.with("a huge body where none goes", 400, huge),
		}
	}
	all := []attempt{w.with("a huge body", 413, huge)}
	for _, kind := range []string{"", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", marker} {
		all = append(all, w.with("content type "+kind, 415, func(q *request) { q.headers["Content-Type"] = kind }))
	}
	replace := func(b broken, want int) {
		all = append(all, w.with(b.what, want, func(q *request) {
			if q.body = b.body; b.body == nil {
				q.body = []byte{}
			}
		}))
	}
	media := w.op.RequestBody.Value.Content["application/json"]
	if media == nil {
		for _, b := range brokenCSV(string(w.body)) {
			replace(b, 400)
		}
		return all
	}
	for _, b := range noJSON(w.body) {
		replace(b, 400)
	}
	var valid any
	if err := json.Unmarshal(w.body, &valid); err != nil {
		panic(err)
	}
	for _, b := range breakings(media.Schema.Value, valid) {
		want := 400
		if strings.HasSuffix(b.what, "null byte") || strings.HasSuffix(b.what, "escape") {
			want = 0 // the domain's to refuse, which may find something else first
		}
		replace(b, want)
	}
	return all
}

func brokenCSV(valid string) []broken {
	header, row, _ := strings.Cut(valid, "\n")
	cell := func(old, planted string) []byte { return []byte(header + "\n" + strings.Replace(row, old, planted, 1)) }
	return []broken{
		{"nothing", nil},
		{"no header", []byte(row)},
		{"a column too few", []byte(strings.Replace(header, ",sold_on", "", 1) + "\n" + row)},
		{"a column too many", []byte(header + "," + unknownName + "\n" + row)},
		{"a cell too few", cell(",2026-05-14", "")},
		{"an open quote", []byte(header + "\n\"" + marker)},
		{"no number", cell("12.9719", "NaN")},
		{"no place on Earth", cell("12.9719", "Inf")},
		{"an absurd price", cell("18500000", "9223372036854775808")},
		{"a negative price", cell("18500000", "-1")},
		{"an absurd area", cell("1250", "1e400")},
		{"30 February", cell("2026-05-14", "2026-02-30")},
		{"broken UTF-8", cell("Indiranagar", "\xff"+marker)},
		{"a null byte", cell("Indiranagar", "\x00"+marker)},
		{"another form", cell("REGISTRY", marker)},
		{"JSON", []byte(`{"` + unknownName + `":1}`)},
		{"zeros", make([]byte, 1000)},
	}
}

func (w walk) brokenHeaders() []attempt {
	var all []attempt
	header := func(name, value string, want int) {
		all = append(all, w.with(name+": "+value[:min(len(value), 20)], want, func(q *request) { q.headers[name] = value }))
	}
	for _, p := range w.op.Parameters {
		switch name := p.Value.Name; name {
		case "Idempotency-Key":
			all = append(all, w.with("no key", 400, func(q *request) { delete(q.headers, name) }))
			header(name, "", 400)
			header(name, strings.Repeat("k", 256), 400)
			header(name, marker+" "+marker, 400)
			header(name, "ключ", 400)
		case "If-Match":
			all = append(all, w.with("no version", 400, func(q *request) { delete(q.headers, name) }))
			for _, bad := range []string{"", "*", "3", `W/"3"`, `"-1"`, `"` + marker + `"`, `"3", "4"`, `"` + strings.Repeat("9", 19) + `"`} {
				header(name, bad, 400)
			}
			header(name, `"999999999999999999"`, 0)
		case "Last-Event-ID":
			header(name, marker+" "+marker, 400)
			header(name, strings.Repeat("9", 65), 400)
			header(name, "<script>", 400)
		}
	}
	return all
}

func (w walk) brokenQueries() []attempt {
	query := func(text string, want int) attempt {
		return w.with("?"+text, want, func(q *request) {
			separator := "?"
			if strings.Contains(q.path, "?") {
				separator = "&"
			}
			q.path += separator + text
		})
	}
	all := []attempt{
		query(unknownName+"="+marker, 400), query("%zz="+marker, 400), query("a;b="+marker, 400), query("="+marker, 400), query("%00=%00", 400),
	}
	for _, p := range w.op.Parameters {
		if p.Value.In != openapi3.ParameterInQuery {
			continue
		}
		name, schema := p.Value.Name+"=", p.Value.Schema.Value
		if p.Value.Required {
			all = append(all, w.with("no "+p.Value.Name, 400, func(q *request) { q.path = strings.Replace(q.path, name, unknownName+"=", 1) }))
		}
		if schema.Type.Is("array") {
			schema = schema.Items.Value
		}
		bads := []string{"%00", "%ff", strings.Repeat("9", 5000)}
		if !schema.Type.Is("string") || schema.Pattern != "" || schema.Enum != nil || schema.Format != "" { // no free text
			bads = append(bads, marker, "1e400", "-1", "9223372036854775808")
		}
		for _, bad := range bads {
			if p.Value.Name != "cursor" && (!schema.Type.Is("number") || bad != "-1" || schema.Min != nil) {
				all = append(all, query(name+bad, 400))
			}
		}
		if p.Value.Name == "cursor" {
			for _, cursor := range []string{"", "!", marker, base64.RawURLEncoding.EncodeToString([]byte(`{"Key":7}`)), strings.Repeat("A", 501)} {
				all = append(all, query(name+cursor, 400))
			}
		}
		if p.Value.Name == "limit" {
			all = append(all, query("limit=0", 400), query("limit=101", 400), query("limit=1.5", 400), query("limit=5&limit="+marker, 400))
		}
	}
	return all
}

func (w walk) brokenPaths() []attempt {
	var all []attempt
	if w.op.Parameters.GetByInAndName(openapi3.ParameterInPath, "pincode") != nil {
		for bad, want := range map[string]int{
			marker: 400, "0": 400, "56003": 400, "5600340": 400, "060034": 400, "%205600": 400, "५६००३४": 400, "560999": 404, "999999": 404,
		} {
			all = append(all, w.with("pincode "+bad, want, func(q *request) { q.path = strings.Replace(q.path, examplePincode, bad, 1) }))
		}
	}
	for name, id := range w.ids {
		if w.op.Parameters.GetByInAndName(openapi3.ParameterInPath, name) == nil {
			continue
		}
		path := func(bad string, want int) {
			all = append(all, w.with(name+" "+bad[:min(len(bad), 20)], want, func(q *request) { q.path = strings.Replace(q.path, id, bad, 1) }))
		}
		for _, bad := range []string{marker, "0", "-1", id + "0", strings.ReplaceAll(id, "-", ""), "{" + name + "}", strings.Repeat("9", 5000), "'or'1'='1"} {
			path(url.PathEscape(bad), 0)
		}
		for _, bad := range []string{"%00", "%ff", "..%2f..", "%2e%2e", id + "%0a"} {
			path(bad, 0)
		}
		if w.op.Parameters.GetByInAndName(openapi3.ParameterInHeader, "If-Match") == nil {
			unknown := 404
			if name == "photoId" {
				unknown = 0 // the property's claim may be asked for first
			}
			path("0193562c-ffff-7fff-8fff-ffffffffffff", unknown)
		}
	}
	return all
}

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}
