package config

import (
	"iter"
	"reflect"
	"slices"
	"strings"
)

// Variables returns the names of the environment variables that structs of this package read,
// sorted and each once. Compose and Terraform are compared with them.
func Variables(structs ...any) []string {
	var names []string
	for _, s := range structs {
		for field := range fields(reflect.TypeOf(s)) {
			names = append(names, variable(field))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fields yields the fields that have a variable, of a struct and of those it embeds.
func fields(t reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) { each(t, yield) }
}

func each(t reflect.Type, yield func(reflect.StructField) bool) bool {
	for i := range t.NumField() {
		field := t.Field(i)
		more := true
		if field.Anonymous {
			more = each(field.Type, yield)
		} else if variable(field) != "" {
			more = yield(field)
		}
		if !more {
			return false
		}
	}
	return true
}

// variable returns the name of a field's variable.
func variable(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("env"), ",")
	return name
}
