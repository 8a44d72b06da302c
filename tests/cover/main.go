package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run reads the profile named by the arguments, prints one line per package and
// returns an error that names everything below its floor.
func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("cover", flag.ContinueOnError)
	flags.SetOutput(out)
	file := flags.String("profile", "coverage.out", "merged coverage `profile`")
	root := flags.String("root", ".", "`folder` of the module's go.mod")
	each := flags.Float64("each", 80, "percent that every package must reach")
	trees := flags.String("trees", "domain=95", "`path=percent,...`: trees of packages with a floor of their own")
	if err := flags.Parse(args); err != nil {
		return err
	}
	floors, err := parseFloors(*trees)
	if err != nil {
		return err
	}
	module, err := modulePath(*root)
	if err != nil {
		return err
	}
	profile, err := os.Open(*file)
	if err != nil {
		return err
	}
	defer profile.Close()
	blocks, err := parseProfile(profile)
	if err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	byPackage, err := tally(blocks, module, generatedUnder(*root))
	if err != nil {
		return err
	}
	return report(out, byPackage, *each, floors)
}

// floor is the least share of a tree's statements that tests must reach, in percent.
type floor struct {
	tree    string
	percent float64
}

// parseFloors reads "domain=95,ports=90".
func parseFloors(s string) ([]floor, error) {
	var floors []floor
	for part := range strings.SplitSeq(s, ",") {
		if part == "" {
			continue
		}
		var f floor
		tree, percent, found := strings.Cut(part, "=")
		if _, err := fmt.Sscanf(percent, "%g", &f.percent); !found || err != nil {
			return nil, fmt.Errorf("floor %q is not of the form path=percent", part)
		}
		f.tree = path.Clean(tree)
		floors = append(floors, f)
	}
	return floors, nil
}

// report prints the figures and joins one error per floor that is not reached.
func report(out io.Writer, byPackage map[string]share, each float64, floors []floor) error {
	var low []error
	check := func(name string, s share, least float64) {
		mark := ""
		if s.percent() < least {
			mark = fmt.Sprintf("  below %g %%", least)
			low = append(low, fmt.Errorf("%s is covered %.1f %%, below %g %%", name, s.percent(), least))
		}
		fmt.Fprintf(out, "%6.1f %%  %s%s\n", s.percent(), name, mark)
	}
	var total share
	for _, name := range sorted(byPackage) {
		check(name, byPackage[name], each)
		total = total.plus(byPackage[name])
	}
	for _, f := range floors {
		var tree share
		for name, s := range byPackage {
			if name == f.tree || strings.HasPrefix(name, f.tree+"/") {
				tree = tree.plus(s)
			}
		}
		if tree.statements > 0 {
			check(f.tree+"/...", tree, f.percent)
		}
	}
	if total.statements == 0 {
		return errors.New("the profile holds no statement of this module")
	}
	fmt.Fprintf(out, "%6.1f %%  all %d statements, generated code left out\n", total.percent(), total.statements)
	return errors.Join(low...)
}
