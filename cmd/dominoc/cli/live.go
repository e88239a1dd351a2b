package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/schema/diag"
)

// clusterFlags adds the flags that name the management cluster, as kubectl has them.
func clusterFlags(c *cobra.Command, w *live.Where) {
	c.Flags().StringVar(&w.Kubeconfig, "kubeconfig", "", "kubeconfig `file` of the management cluster; default as kubectl")
	c.Flags().StringVar(&w.Context, "context", "", "context of the kubeconfig; default its current one")
	c.Flags().StringVarP(&w.Namespace, "namespace", "n", "", "namespace of the environment; default domino-<environment>")
	_ = c.MarkFlagFilename("kubeconfig")
}

// connect returns the cluster; an unknown context is a mistake in the command line.
func connect(w live.Where) (*live.Cluster, error) {
	cluster, err := live.Connect(w)
	var unknown *live.UnknownContext
	switch {
	case errors.As(err, &unknown):
		if near := diag.Nearest(unknown.Name, unknown.Known); near != "" {
			err = fmt.Errorf("%w: did you mean %q?", err, near)
		}
		return nil, wrong(err)
	case err != nil:
		return nil, err
	}
	return cluster, nil
}

// liveName returns the name of the environment that an argument names.
func (o *options) liveName(c *cobra.Command, arg string) (string, error) {
	name, found, err := o.workspace().NameOf(c.Context(), c.Name(), arg)
	if err != nil || name != "" {
		return name, err
	}
	return "", o.conclude(found)
}

// unknownThere returns the error of an environment that the cluster does not have; it suggests
// the nearest one. The user may lack permission to list environments.
func unknownThere(ctx context.Context, cluster *live.Cluster, name string) error {
	said := cluster.Lacks(name)
	names, err := cluster.Names(ctx)
	if near := diag.Nearest(name, names); err == nil && near != "" {
		said += fmt.Sprintf(": did you mean %q?", near)
	}
	return &ending{Problems, errors.New(said)}
}

// oneName completes the first argument with the names of the fleet's environments.
func (o *options) oneName(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return o.environments(c, args, filepath.ToSlash(begun))
}
