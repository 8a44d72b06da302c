package plain

import (
	"encoding/json"
)

// Object is a JSON object.
type Object map[string]any

// In returns the object at a path of names in o, or an empty one.
func (o Object) In(path ...string) Object {
	for _, name := range path {
		inner, _ := o[name].(map[string]any)
		o = inner
	}
	return o
}

// Text returns the text at a path of names in o, or "".
func (o Object) Text(path ...string) string {
	last := len(path) - 1
	value, _ := o.In(path[:last]...)[path[last]].(string)
	return value
}

// Number returns the number at a path of names in o, or 0.
func (o Object) Number(path ...string) float64 {
	last := len(path) - 1
	value, _ := o.In(path[:last]...)[path[last]].(float64)
	return value
}

// List returns the objects in the array of this name.
func (o Object) List(name string) []Object {
	array, _ := o[name].([]any)
	objects := make([]Object, 0, len(array))
	for _, element := range array {
		inner, _ := element.(map[string]any)
		objects = append(objects, inner)
	}
	return objects
}

// Encode returns o as JSON; nil for nil.
func (o Object) Encode() []byte {
	if o == nil {
		return nil
	}
	body, err := json.Marshal(map[string]any(o))
	if err != nil {
		panic(err) // it was written in Go or read from JSON
	}
	return body
}
