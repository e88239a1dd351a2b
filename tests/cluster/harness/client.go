package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// Object is a Kubernetes object as JSON has it.
type Object = map[string]any

// manager owns the fields that the tests apply, as a sync tool does.
const manager = "dominoc-sync"

// Client applies and reads objects of any kind.
type Client struct {
	Dynamic  dynamic.Interface
	metadata metadata.Interface
	mapper   *restmapper.DeferredDiscoveryRESTMapper
	manager  string
}

func newClient(config *rest.Config) (*Client, error) {
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	described, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	discovered, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	return &Client{
		Dynamic:  client,
		metadata: described,
		mapper:   restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(discovered)),
		manager:  manager,
	}, nil
}

// As returns a client that applies under another name, for objects that are applied in parts.
func (c *Client) As(manager string) *Client {
	other := *c
	other.manager = manager
	return &other
}

// Apply applies an object server-side with strict field validation: unknown and
// doubled fields are errors.
func (c *Client) Apply(ctx context.Context, object Object) error {
	return c.apply(ctx, object)
}

// ApplyStatus applies the status of an object.
func (c *Client) ApplyStatus(ctx context.Context, object Object) error {
	return c.apply(ctx, object, "status")
}

func (c *Client) apply(ctx context.Context, object Object, subresource ...string) error {
	u := &unstructured.Unstructured{Object: object}
	resource, err := c.Of(u.GroupVersionKind(), u.GetNamespace())
	if err != nil {
		return err
	}
	data, err := json.Marshal(object)
	if err != nil {
		return err
	}
	force := len(subresource) > 0
	_, err = resource.Patch(ctx, u.GetName(), types.ApplyPatchType, data,
		metav1.PatchOptions{FieldManager: c.manager, FieldValidation: metav1.FieldValidationStrict, Force: &force}, subresource...)
	if err != nil {
		return fmt.Errorf("%s %s: %w", u.GetKind(), u.GetName(), err)
	}
	return nil
}

// ApplyAll applies objects that do not depend on each other.
func (c *Client) ApplyAll(ctx context.Context, objects []Object) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, object := range objects {
		group.Go(func() error { return c.Apply(ctx, object) })
	}
	return group.Wait()
}

// Of returns the client of a kind's objects; namespace is empty for all namespaces and for
// cluster-scoped kinds.
func (c *Client) Of(kind schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapping(kind)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace && namespace != "" {
		return c.Dynamic.Resource(mapping.Resource).Namespace(namespace), nil
	}
	return c.Dynamic.Resource(mapping.Resource), nil
}

func (c *Client) mapping(kind schema.GroupVersionKind) (*meta.RESTMapping, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		c.mapper.Reset() // it may have been defined since
		mapping, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	return mapping, err
}

// List returns all objects of a kind in a namespace, or everywhere.
func (c *Client) List(ctx context.Context, kind schema.GroupVersionKind, namespace string) ([]unstructured.Unstructured, error) {
	resource, err := c.Of(kind, namespace)
	if err != nil {
		return nil, err
	}
	list, err := resource.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return list.Items, nil
}

// Describe returns the metadata of all objects of a kind, everywhere.
func (c *Client) Describe(ctx context.Context, kind schema.GroupVersionKind) ([]metav1.PartialObjectMetadata, error) {
	mapping, err := c.mapping(kind)
	if err != nil {
		return nil, err
	}
	list, err := c.metadata.Resource(mapping.Resource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	return list.Items, nil
}

// Delete deletes an object, as kubectl does: the objects that it owns are deleted after it.
func (c *Client) Delete(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) error {
	resource, err := c.Of(kind, namespace)
	if err != nil {
		return err
	}
	background := metav1.DeletePropagationBackground
	return resource.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: &background})
}

// Merge applies a merge patch to an object, or to a subresource of it.
func (c *Client) Merge(ctx context.Context, o *unstructured.Unstructured, patch Object, subresource ...string) error {
	resource, err := c.Of(o.GroupVersionKind(), o.GetNamespace())
	if err != nil {
		return err
	}
	data, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	_, err = resource.Patch(ctx, o.GetName(), types.MergePatchType, data, metav1.PatchOptions{}, subresource...)
	return err
}

// Read returns an object.
func (c *Client) Read(ctx context.Context, kind schema.GroupVersionKind, namespace, name string) (*unstructured.Unstructured, error) {
	resource, err := c.Of(kind, namespace)
	if err != nil {
		return nil, err
	}
	return resource.Get(ctx, name, metav1.GetOptions{})
}

// Established waits until definitions are in force: CRDs and XRDs.
func (c *Client) Established(ctx context.Context, patience time.Duration, definitions ...Object) error {
	for _, definition := range definitions {
		u := &unstructured.Unstructured{Object: definition}
		err := Eventually(ctx, patience, func() error {
			live, err := c.Read(ctx, u.GroupVersionKind(), "", u.GetName())
			if err != nil {
				return err
			}
			if Condition(live, "Established") != "True" {
				return fmt.Errorf("%s is not established: %v", u.GetName(), live.Object["status"])
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Condition returns the status of an object's condition: True, False, Unknown, or
// nothing when it has none of the type.
func Condition(object *unstructured.Unstructured, kind string) string {
	return conditionField(object, kind, "status")
}

// Message returns the message of an object's condition.
func Message(object *unstructured.Unstructured, kind string) string {
	return conditionField(object, kind, "message")
}

func conditionField(object *unstructured.Unstructured, kind, field string) string {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, c := range conditions {
		condition, _ := c.(Object)
		if condition["type"] == kind {
			value, _ := condition[field].(string)
			return value
		}
	}
	return ""
}

// Eventually tries until there is no error or its patience ends; then it returns the last
// error.
func Eventually(ctx context.Context, patience time.Duration, try func() error) error {
	deadline := time.Now().Add(patience)
	for {
		err := try()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("still after %s: %w", patience, err)
		}
		time.Sleep(500 * time.Millisecond)
	}
}
