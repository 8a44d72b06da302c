package compose

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
)

// Stack is docker-compose.yml with the variables of .env.example.
type Stack struct {
	// Project is what would run if every required variable that is empty had a value.
	Project *types.Project
	// Example has the variables of .env.example as written, before references to other
	// variables are replaced.
	Example map[string]string
	// Env has them as processes outside Compose would read them. Empty ones that
	// docker-compose.yml requires have a value.
	Env map[string]string

	model     map[string]any // the file before interpolation of variables
	variables map[string]template.Variable
}

// Load parses the contents of docker-compose.yml and .env.example. Errors: those of Compose's
// own loader.
func Load(ctx context.Context, file, example []byte) (*Stack, error) {
	details := types.ConfigDetails{
		WorkingDir:  ".",
		ConfigFiles: []types.ConfigFile{{Filename: "docker-compose.yml", Content: file}},
		Environment: types.Mapping{},
	}
	model, err := loader.LoadModelWithContext(ctx, details, func(o *loader.Options) {
		o.SetProjectName("propflow", true)
		o.SkipInterpolation = true
	})
	if err != nil {
		return nil, fmt.Errorf("the file as written: %w", err)
	}
	s := &Stack{
		model: model, variables: template.ExtractVariables(model, template.DefaultPattern), Example: assignments(example),
	}
	if s.Env, err = dotenv.Parse(bytes.NewReader(s.filled(example))); err != nil {
		return nil, fmt.Errorf("the example: %w", err)
	}
	details.Environment = s.Env
	s.Project, err = loader.LoadWithContext(ctx, details, func(o *loader.Options) {
		o.SetProjectName("propflow", true)
	})
	if err != nil {
		return nil, fmt.Errorf("the file with the example's variables: %w", err)
	}
	return s, nil
}

var assignment = regexp.MustCompile(`(?m)^([A-Z][A-Z0-9_]*)=(.*)$`)

func assignments(example []byte) map[string]string {
	vars := make(map[string]string)
	for _, m := range assignment.FindAllSubmatch(example, -1) {
		vars[string(m[1])] = string(m[2])
	}
	return vars
}

// filled returns the example with a value for every empty variable that the file requires, each with
// one of its own, because keys must differ.
func (s *Stack) filled(example []byte) []byte {
	return assignment.ReplaceAllFunc(example, func(line []byte) []byte {
		if name, empty := bytes.CutSuffix(line, []byte("=")); empty && s.variables[string(name)].Required {
			return slices.Concat(line, bytes.Repeat([]byte("x"), 32), bytes.ToLower(bytes.ReplaceAll(name, []byte("_"), nil)))
		}
		return line
	})
}
