package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions"
	"github.com/dominoc/dominoc/compositions/emit"
)

// newRender is `dominoc render`.
func newRender(o *options) *cobra.Command {
	var composites bool
	c := &cobra.Command{
		Use:   "render [pattern]...",
		Short: "Print the managed resources of environments",
		Long: `Render prints every managed resource that Crossplane will create for an environment,
as YAML documents. It needs no network: values that only AWS knows are printed as
"(known after apply)".`,
		Example:           "  dominoc render ./environments/prod-us\n  dominoc render prod-us --xrs",
		ValidArgsFunction: o.environments,
		RunE: func(c *cobra.Command, args []string) error {
			return o.render(c, args, composites)
		},
	}
	c.Flags().BoolVar(&composites, "xrs", false, "print the composite resources too")
	return c
}

func (o *options) render(c *cobra.Command, patterns []string, composites bool) error {
	selected, err := o.workspace().Find(patterns)
	if err != nil {
		return err
	}
	compiled, err := o.workspace().Compile(c.Context(), selected)
	if err != nil {
		return err
	}
	if err := o.conclude(compiled.Found); err != nil {
		return err
	}
	var documents []string
	for _, name := range compiled.Fleet.Names() {
		objects, err := compiled.Fleet.Render(name, composites)
		if err != nil {
			return err
		}
		for _, object := range objects {
			document, err := emit.YAML(object)
			if err != nil {
				return err
			}
			documents = append(documents, compositions.Comment(object)+string(document))
		}
	}
	return o.print(strings.Join(documents, "---\n"))
}
