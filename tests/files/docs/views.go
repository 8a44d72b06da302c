package docs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Contract is openapi.yaml as it was parsed, so that extensions beside a $ref are kept.
type Contract map[string]any

// At returns the object at the end of the path, or nil.
func (c Contract) At(path ...string) map[string]any {
	object := map[string]any(c)
	for _, name := range path {
		object, _ = object[name].(map[string]any)
	}
	return object
}

// Schema returns a component schema, or nil.
func (c Contract) Schema(name string) map[string]any { return c.At("components", "schemas", name) }

// Answer is what an operation answers to the owner of a case.
type Answer struct {
	Operation string
	Schema    string // empty if it has no body, or a file
	Decided   bool   // there is none before the decision
}

// OwnersAnswers returns the answers of the operations that a CUSTOMER may call, by operation. Of
// an answer that differs by the view it is the owner's.
func (c Contract) OwnersAnswers() (answers []Answer) {
	for _, item := range c.At("paths") {
		for _, operation := range asObject(item) {
			op := asObject(operation)
			if roles, _ := op["x-roles"].([]any); !slices.Contains(roles, any("CUSTOMER")) {
				continue
			}
			answer := Answer{Operation: fmt.Sprint(op["operationId"]), Decided: op["x-after-decision"] == true}
			for status, response := range asObject(op["responses"]) {
				if strings.HasPrefix(status, "2") {
					answer.Schema = c.ownersSchema(asObject(response))
				}
			}
			answers = append(answers, answer)
		}
	}
	slices.SortFunc(answers, func(a, b Answer) int { return strings.Compare(a.Operation, b.Operation) })
	return answers
}

func (c Contract) ownersSchema(response map[string]any) string {
	for _, media := range asObject(response["content"]) {
		schema := asObject(asObject(media)["schema"])
		if content := asObject(schema["contentSchema"]); content != nil {
			schema = content
		}
		name := refersTo(schema)
		if owners := c.byView(name)["OWNER"]; owners != "" {
			return owners
		}
		return name
	}
	return ""
}

// byView returns the schemas of a union that is discriminated by the view, or nothing.
func (c Contract) byView(name string) map[string]string {
	discriminator := asObject(c.Schema(name)["discriminator"])
	if discriminator["propertyName"] != "view" {
		return nil
	}
	schemas := map[string]string{}
	for view, ref := range asObject(discriminator["mapping"]) {
		schemas[view] = last(fmt.Sprint(ref))
	}
	return schemas
}

// Reachable returns the named schemas and those that they refer to, sorted.
func (c Contract) Reachable(names ...string) []string {
	seen := map[string]bool{}
	var visit func(part any)
	visit = func(part any) {
		switch part := part.(type) {
		case map[string]any:
			if name := refersTo(part); name != "" && !seen[name] {
				seen[name] = true
				visit(c.Schema(name))
			}
			for _, inner := range part {
				visit(inner)
			}
		case []any:
			for _, inner := range part {
				visit(inner)
			}
		}
	}
	for _, name := range names {
		visit(map[string]any{"$ref": name})
	}
	return slices.Sorted(maps.Keys(seen))
}

// Fields returns the properties of an object that pass, sorted.
func (c Contract) Fields(schema string, pass func(property map[string]any) bool) (names []string) {
	for name, property := range asObject(c.Schema(schema)["properties"]) {
		if pass(asObject(property)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// StaffOnly and AfterDecision report whether a property or schema is marked so. Unmarked has
// neither mark.
func StaffOnly(part map[string]any) bool { return part["x-staff-only"] == true }

// AfterDecision is described with StaffOnly.
func AfterDecision(part map[string]any) bool { return part["x-after-decision"] == true }

// Unmarked is described with StaffOnly.
func Unmarked(part map[string]any) bool { return !StaffOnly(part) && !AfterDecision(part) }

// Pairs returns the schemas for staff by those for owners: unions by view, and names that differ
// by "Owner" only.
func (c Contract) Pairs() map[string]string {
	pairs := map[string]string{}
	for name := range c.At("components", "schemas") {
		if views := c.byView(name); views["OWNER"] != "" {
			pairs[views["OWNER"]] = views["STAFF"]
		}
		if staffs, is := strings.CutPrefix(name, "Owner"); is && c.Schema(staffs) != nil {
			pairs[name] = staffs
		}
	}
	return pairs
}

// ViewFaults returns what breaks the rules of owners' schemas:
//
//   - an owner reaches no schema and no property that is marked as the staff's;
//   - of a pair of schemas, each property that only the staff's has is marked, and none that both
//     have;
//   - an owner's object is closed, so that tests refuse an answer with more.
func (c Contract) ViewFaults() (faults []string) {
	var answers []string
	for _, a := range c.OwnersAnswers() {
		answers = append(answers, a.Schema)
	}
	for _, name := range c.Reachable(answers...) {
		if StaffOnly(c.Schema(name)) {
			faults = append(faults, "owners reach "+name+", which is the staff's")
		}
		for _, field := range c.Fields(name, StaffOnly) {
			faults = append(faults, "owners reach "+name+"."+field+", which is the staff's")
		}
	}
	for owners, staffs := range c.Pairs() {
		shown := asObject(c.Schema(owners)["properties"])
		for name, property := range asObject(c.Schema(staffs)["properties"]) {
			switch marked := StaffOnly(asObject(property)); {
			case marked && shown[name] != nil:
				faults = append(faults, owners+" has "+name+", which is the staff's in "+staffs)
			case !marked && shown[name] == nil:
				faults = append(faults, staffs+"."+name+" is not in "+owners+": mark it x-staff-only")
			}
		}
	}
	for name := range c.At("components", "schemas") {
		schema := c.Schema(name)
		if strings.HasPrefix(name, "Owner") && schema["type"] == "object" && schema["additionalProperties"] != false {
			faults = append(faults, name+" is open: additionalProperties: false")
		}
	}
	slices.Sort(faults)
	return faults
}

func asObject(value any) map[string]any {
	object, _ := value.(map[string]any)
	return object
}

// refersTo returns the name of the schema that a part refers to, or "".
func refersTo(part map[string]any) string {
	ref, _ := part["$ref"].(string)
	return last(ref)
}

func last(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }
