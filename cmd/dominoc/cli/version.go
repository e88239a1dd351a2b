package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/compositions/bootstrap"
	"github.com/dominoc/dominoc/schema"
)

// newVersion is `dominoc version`.
func newVersion(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of dominoc and of what it emits",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(o.streams.Out,
				"dominoc                       %s\nschema                        %s\nprovider-aws                  %s\nfunction-patch-and-transform  %s\ngo                            %s\n",
				buildVersion(), schema.Package, bootstrap.ProviderVersion, bootstrap.FunctionVersion, runtime.Version())
			if err != nil {
				return failed(err)
			}
			return nil
		},
	}
}

// buildVersion is the module's version as Go recorded it: a tag, or for a
// build from a checkout its commit.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
