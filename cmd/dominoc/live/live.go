// Package live reads a management cluster: its environments, each with the tree of its
// composite resources and their objects, and the Compositions that nothing uses.
//
// In go the flags of kubectl that name a cluster; out come objects as plain data. The API
// server is asked for the resource of a kind, so that no typed client and no table of kinds
// is linked into the program. Judging is left to package health. Package cli calls it.
package live

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/dominoc/dominoc/schema/words"
)

// Where names a management cluster, each field like kubectl's flag of that name; an empty
// field has kubectl's default. KUBECONFIG, ~/.kube/config and the configuration of a pod
// have the same meaning as for kubectl. Unlike there, the context does not set Namespace,
// because each environment has a namespace of its own.
type Where struct {
	Kubeconfig, Context, Namespace string
}

// Cluster is a management cluster. Its methods may be called from several
// goroutines.
type Cluster struct {
	Server    string // its address, without credentials
	Namespace string // as Where has it

	dynamic dynamic.Interface
	http    *http.Client
	base    *url.URL
	served  sync.Map // resources by schema.GroupVersion
}

// UnknownContext is the error of a context that the configuration does not have.
type UnknownContext struct {
	Name  string
	Known []string
}

func (e *UnknownContext) Error() string {
	return fmt.Sprintf("context %q does not exist", e.Name)
}

// Connect reads the configuration. It sends no request to the cluster.
func Connect(w Where) (*Cluster, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = w.Kubeconfig
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: w.Context})
	if w.Context != "" {
		if err := knownContext(loader, w.Context); err != nil {
			return nil, err
		}
	}
	config, err := loader.ClientConfig()
	switch {
	case clientcmd.IsEmptyConfig(err):
		return nil, notNamed(rules)
	case err != nil:
		return nil, fmt.Errorf("the kubeconfig cannot be used: %w", err)
	}
	return connect(config, w.Namespace)
}

// notNamed returns the error of an empty configuration: none is named, or the named file
// does not exist or states nothing.
func notNamed(rules *clientcmd.ClientConfigLoadingRules) error {
	named := os.Getenv(clientcmd.RecommendedConfigPathEnvVar)
	if named == "" {
		return errors.New("no management cluster is named: give --kubeconfig, or set KUBECONFIG")
	}
	for _, file := range rules.Precedence {
		if _, err := os.Stat(file); err == nil {
			return fmt.Errorf("KUBECONFIG names %q, which states no cluster and no context", named)
		}
	}
	return fmt.Errorf("KUBECONFIG names %q, which does not exist: correct it, or give --kubeconfig", named)
}

func knownContext(loader clientcmd.ClientConfig, name string) error {
	raw, err := loader.RawConfig()
	if err != nil {
		return fmt.Errorf("the kubeconfig cannot be used: %w", err)
	}
	if _, known := raw.Contexts[name]; known {
		return nil
	}
	return &UnknownContext{Name: name, Known: slices.Collect(maps.Keys(raw.Contexts))}
}

// patience is the time limit of a request.
const patience = 30 * time.Second

// connect makes a client without a limit of requests: the server has one.
func connect(config *rest.Config, namespace string) (*Cluster, error) {
	config.QPS = -1
	config.Timeout = patience
	config.UserAgent = "dominoc"
	config.WarningHandler = rest.NoWarnings{}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, err
	}
	c := &Cluster{Server: words.WithoutCredentials(config.Host), Namespace: namespace, http: client, base: base}
	c.dynamic, err = dynamic.NewForConfigAndClient(config, client)
	return c, err
}

// List returns the objects of a kind in a namespace, or in all for ""; none of a kind that
// the cluster does not have.
func (c *Cluster) List(ctx context.Context, kind schema.GroupVersionKind, namespace string) ([]unstructured.Unstructured, error) {
	of, err := c.of(ctx, kind, namespace)
	if err != nil || of == nil {
		return nil, err
	}
	var all []unstructured.Unstructured
	options := metav1.ListOptions{Limit: 500}
	for {
		list, err := of.List(ctx, options)
		if err != nil {
			return nil, c.failed(err)
		}
		all = append(all, list.Items...)
		if options.Continue = list.GetContinue(); options.Continue == "" {
			return all, nil
		}
	}
}

// Read returns an object; nil if it does not exist.
func (c *Cluster) Read(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) (*unstructured.Unstructured, error) {
	of, err := c.of(ctx, kind, namespace)
	if err != nil || of == nil {
		return nil, err
	}
	object, err := of.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, c.failed(err)
	}
	return object, nil
}

// Delete deletes an object as it was read; it is an error if the object changed since. A
// missing object is not an error.
func (c *Cluster) Delete(ctx context.Context, object *unstructured.Unstructured) error {
	of, err := c.of(ctx, object.GroupVersionKind(), object.GetNamespace())
	if err != nil || of == nil {
		return err
	}
	uid, version := object.GetUID(), object.GetResourceVersion()
	err = of.Delete(ctx, object.GetName(), metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version},
	})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return c.failed(err)
}

// of returns the client of a kind's objects; nil if the cluster has no such kind.
func (c *Cluster) of(ctx context.Context, kind schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	resource, err := c.resource(ctx, kind)
	switch {
	case err != nil || resource == nil:
		return nil, err
	case resource.Namespaced && namespace != "":
		return c.dynamic.Resource(kind.GroupVersion().WithResource(resource.Name)).Namespace(namespace), nil
	}
	return c.dynamic.Resource(kind.GroupVersion().WithResource(resource.Name)), nil
}

// failed adds the cluster's address to an error. It omits the URL of a request that did
// not reach the API server.
func (c *Cluster) failed(err error) error {
	var answered apierrors.APIStatus
	var request *url.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answered):
		return fmt.Errorf("the management cluster at %s answers: %w", c.Server, err)
	case errors.As(err, &request):
		return fmt.Errorf("cannot reach the management cluster at %s: %w", c.Server, request.Err)
	}
	return fmt.Errorf("cannot reach the management cluster at %s: %w", c.Server, err)
}
