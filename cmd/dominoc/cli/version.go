package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/bootstrap"
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
			var out strings.Builder
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
				fmt.Fprintf(&out, "%-28s  %s\n", v[0], v[1])
			}
			out.WriteString("\nData, and the date of each table:\n")
			for _, t := range catalog.Tables() {
				fmt.Fprintf(&out, "%-34s  %s\n", t.What, t.Date)
			}
			return o.print(out.String())
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
