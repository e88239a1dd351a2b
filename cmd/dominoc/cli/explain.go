package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/diff"
	"github.com/dominoc/dominoc/schema/load"
)

// newExplain is `dominoc explain`.
func newExplain(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "explain [path]",
		Short: "Say what a field of the environment means",
		Long: `Explain prints what a field means, its type, default and rules, and the fields
below it, from the comments of the schema. Without a path: the whole
environment, field by field. A code of a danger of dominoc diff is explained too.`,
		Example: "  dominoc explain\n  dominoc explain pools.default.size\n  dominoc explain zones\n  dominoc explain node-roll",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
			return append(load.CompletePath(begun), dangersBegun(begun)...), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
		RunE: func(_ *cobra.Command, args []string) error {
			path := ""
			if len(args) == 1 {
				path = args[0]
			}
			if code, ok := diff.CodeOf(path); ok {
				return o.explainDanger(code)
			}
			if class, ok := diff.ClassOf(path); ok {
				return o.explainClass(class)
			}
			field, err := load.Explain(path)
			if unknown := (*load.NoField)(nil); errors.As(err, &unknown) {
				return wrong(err)
			}
			if err != nil {
				return failed(err)
			}
			if _, err := fmt.Fprint(o.streams.Out, field); err != nil {
				return failed(err)
			}
			return nil
		},
	}
}

// explainDanger says what a code of diff means, and how it is accepted.
func (o *options) explainDanger(code diff.Code) error {
	how := "Only the fleet's policy accepts it, in " + diff.PolicyFolder + ": dominoc diff --fail-on " + string(code.Class) + " prints the entry."
	if (diff.Danger{Code: code.Name}).Own() {
		how = fmt.Sprintf("To accept it in the change that brings it: accept: %q: \"<reason>\",\nor with what it is about behind a slash, as diff shows it.", code.Name)
	}
	_, err := fmt.Fprintf(o.streams.Out, "%s: a danger of dominoc diff, of the class %s\n\n%s\n\n%s\n", code.Name, code.Class, code.About, how)
	if err != nil {
		return failed(err)
	}
	return nil
}

// explainClass says what a class of dangers means, and which codes it has.
func (o *options) explainClass(class diff.ClassInfo) error {
	gate := ""
	if class.Gated {
		gate = "\nThe checks that dominoc init writes fail by it.\n"
	}
	if !class.Own {
		gate += "\nOnly the fleet's policy accepts it, in " + diff.PolicyFolder + ".\n"
	}
	_, err := fmt.Fprintf(o.streams.Out, "%s: a class of the dangers of dominoc diff\n\n%s\n%s\n", class.Name, class.About, gate)
	for _, code := range diff.Codes() {
		if err == nil && code.Class == class.Name {
			_, err = fmt.Fprintf(o.streams.Out, "    %s\n", code.Name)
		}
	}
	if err != nil {
		return failed(err)
	}
	return nil
}

// dangersBegun completes a code; without a letter of it fields come first.
func dangersBegun(begun string) []string {
	return slices.DeleteFunc(dangerCodes(), func(code string) bool { return begun == "" || !strings.HasPrefix(code, begun) })
}
