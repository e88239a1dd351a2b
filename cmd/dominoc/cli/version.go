package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/compositions/tables"
	"github.com/dominoc/dominoc/schema"
	"github.com/dominoc/dominoc/schema/catalog"
)

// newVersion is `dominoc version`.
func newVersion(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of dominoc and of its output, and the dates of its AWS data",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			return tables.Table{Text: func(w io.Writer) {
				for _, v := range [][2]string{
					{"dominoc", buildVersion()},
					{"schema", schema.Package},
					{"crossplane", "v" + bootstrap.CrossplaneVersion},
					{"provider-aws", bootstrap.ProviderVersion},
					{"provider-helm", bootstrap.HelmProviderVersion},
					{"provider-kubernetes", bootstrap.KubernetesProviderVersion},
					{"function-patch-and-transform", bootstrap.FunctionVersion},
					{"go", runtime.Version()},
				} {
					tables.Row(w, v[0], v[1])
				}
				fmt.Fprintln(w, "\nData, and the date of each table:")
				for _, t := range catalog.Tables() {
					tables.Row(w, t.What, t.Date)
				}
			}}.Print(o.streams.Out, "text")
		},
	}
}

// buildVersion returns the module's version as Go recorded it: a tag, or the commit of a
// build from a checkout.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
