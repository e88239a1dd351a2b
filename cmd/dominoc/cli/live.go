package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dominoc/dominoc/cmd/dominoc/live"
	"github.com/dominoc/dominoc/schema/diag"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// clusterFlags adds what says which management cluster is meant, as kubectl has
// it.
func clusterFlags(c *cobra.Command, w *live.Where) {
	c.Flags().StringVar(&w.Kubeconfig, "kubeconfig", "", "kubeconfig `file` of the management cluster; default as kubectl")
	c.Flags().StringVar(&w.Context, "context", "", "context of the kubeconfig; default its current one")
	c.Flags().StringVarP(&w.Namespace, "namespace", "n", "", "namespace of the environment; default domino-<environment>")
	_ = c.MarkFlagFilename("kubeconfig")
}

// connect finds the cluster; a context that is not there is the user's to mend.
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
		return nil, failed(err)
	}
	return cluster, nil
}

// liveName is the name of the environment that an argument means. A name is taken
// as it is: what is in the cluster may have left the repository. A path is that of
// an environment's file.
func (o *options) liveName(ctx context.Context, arg string) (string, error) {
	if !strings.ContainsAny(arg, `./\`) {
		return arg, nil
	}
	folders, err := o.find([]string{arg})
	switch {
	case err != nil:
		return "", err
	case len(folders) > 1:
		return "", wrong(errors.New(arg + " names several environments"))
	}
	results, found, err := o.check(ctx, folders)
	if err != nil {
		return "", err
	}
	if env := results[0].Environment; env != nil {
		return env.Name, nil
	}
	return "", o.conclude(found, diag.Text)
}

// absent says that an environment is not in the cluster.
func absent(cluster *live.Cluster, name string) string {
	namespace := cluster.Namespace
	if namespace == "" {
		namespace = v1alpha1.Namespace(name)
	}
	return fmt.Sprintf("the management cluster at %s has no DominoEnvironment %q in namespace %q", cluster.Server, name, namespace)
}

func atMostOneEnvironment(c *cobra.Command, args []string) error {
	if len(args) <= 1 {
		return nil
	}
	return wrong(fmt.Errorf("%s takes one environment, by its name or its path, or none for all", c.Name()))
}

// oneName completes the first argument with the names of the fleet's environments.
func (o *options) oneName(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return o.environments(c, args, filepath.ToSlash(begun))
}
