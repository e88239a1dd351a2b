package live

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/dominoc/dominoc/cmd/dominoc/health"
	"github.com/dominoc/dominoc/schema/v1alpha1"
)

// The kinds that the tree begins with and that belong to all of it.
var (
	environmentKind = schema.GroupVersionKind{Group: "dominoc.dev", Version: "v1alpha1", Kind: "DominoEnvironment"}
	compositionKind = schema.GroupVersionKind{Group: "apiextensions.crossplane.io", Version: "v1", Kind: "Composition"}
	eventKind       = schema.GroupVersionKind{Version: "v1", Kind: "Event"}
)

// Environments returns the trees of all environments in the namespace of the cluster's
// Where, or in the whole cluster, sorted by name.
func (c *Cluster) Environments(ctx context.Context) ([]*health.Environment, error) {
	if err := c.prepared(ctx); err != nil {
		return nil, err
	}
	found, err := c.List(ctx, environmentKind, c.Namespace)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b unstructured.Unstructured) int {
		return cmp.Or(strings.Compare(a.GetName(), b.GetName()), strings.Compare(a.GetNamespace(), b.GetNamespace()))
	})
	all := make([]*health.Environment, len(found))
	for i := range found {
		if all[i], err = c.tree(ctx, &found[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Names returns the names of those environments.
func (c *Cluster) Names(ctx context.Context) ([]string, error) {
	found, err := c.List(ctx, environmentKind, c.Namespace)
	names := make([]string, len(found))
	for i, environment := range found {
		names[i] = environment.GetName()
	}
	slices.Sort(names)
	return names, err
}

// Environment returns the tree of an environment; nil if the cluster does not have it.
func (c *Cluster) Environment(ctx context.Context, name string) (*health.Environment, error) {
	if err := c.prepared(ctx); err != nil {
		return nil, err
	}
	root, err := c.Read(ctx, environmentKind, cmp.Or(c.Namespace, v1alpha1.Namespace(name)), name)
	if err != nil || root == nil {
		return nil, err
	}
	return c.tree(ctx, root)
}

// Named returns the tree of the environment of a name, or of all environments for "".
func (c *Cluster) Named(ctx context.Context, name string) ([]*health.Environment, error) {
	if name == "" {
		return c.Environments(ctx)
	}
	one, err := c.Environment(ctx, name)
	if err != nil || one == nil {
		return nil, err
	}
	return []*health.Environment{one}, nil
}

// Lacks returns the sentence that the cluster does not have an environment.
func (c *Cluster) Lacks(name string) string {
	return fmt.Sprintf("the management cluster at %s has no DominoEnvironment %q in namespace %q", c.Server, name, cmp.Or(c.Namespace, v1alpha1.Namespace(name)))
}

// prepared returns an error if the cluster has no DominoEnvironments.
func (c *Cluster) prepared(ctx context.Context) error {
	resource, err := c.resource(ctx, environmentKind)
	if err == nil && resource == nil {
		err = fmt.Errorf("the cluster at %s does not know DominoEnvironment: is it the management cluster, and is platform/ applied?", c.Server)
	}
	return err
}

// tree reads the tree below a DominoEnvironment. It lists all objects of a kind at once:
// there are far fewer kinds than objects.
func (c *Cluster) tree(ctx context.Context, root *unstructured.Unstructured) (*health.Environment, error) {
	r := &reading{cluster: c, namespace: root.GetNamespace(), seen: map[schema.GroupVersionKind]map[string]map[string]any{}}
	e := &health.Environment{Root: &health.Object{
		APIVersion: root.GetAPIVersion(), Kind: root.GetKind(), Namespace: root.GetNamespace(), Name: root.GetName(), Content: root.Object,
	}}
	level := []*health.Object{e.Root}
	for len(level) > 0 {
		next, err := r.below(ctx, level)
		if err != nil {
			return nil, err
		}
		level = next
	}
	if err := r.warnings(ctx, e.Root); err != nil {
		return nil, err
	}
	var err error
	e.Compositions, err = r.compositions(ctx, e.Root)
	return e, err
}

// reading is the objects of a namespace that were read, by kind and name.
type reading struct {
	cluster   *Cluster
	namespace string
	seen      map[schema.GroupVersionKind]map[string]map[string]any
}

// below reads the objects that the composite resources of a level compose.
func (r *reading) below(ctx context.Context, level []*health.Object) ([]*health.Object, error) {
	var children []*health.Object
	for _, o := range level {
		for _, child := range references(o) {
			child.Namespace = r.namespace
			o.Children = append(o.Children, child)
			children = append(children, child)
		}
	}
	if err := r.list(ctx, children); err != nil {
		return nil, err
	}
	for _, child := range children {
		child.Content = r.seen[kindOf(child)][child.Name]
	}
	return children, nil
}

// references returns the objects that a composite resource composes, unread.
func references(o *health.Object) []*health.Object {
	refs, _, _ := unstructured.NestedSlice(o.Content, "spec", "crossplane", "resourceRefs")
	var out []*health.Object
	for _, ref := range refs {
		fields, _ := ref.(map[string]any)
		child := &health.Object{}
		child.APIVersion, _ = fields["apiVersion"].(string)
		child.Kind, _ = fields["kind"].(string)
		child.Name, _ = fields["name"].(string)
		out = append(out, child)
	}
	return out
}

// requests is the number of concurrent requests.
const requests = 8

// list reads all objects of the children's kinds that were not read yet.
func (r *reading) list(ctx context.Context, children []*health.Object) error {
	var fresh []schema.GroupVersionKind
	for _, child := range children {
		kind := kindOf(child)
		if _, read := r.seen[kind]; !read {
			r.seen[kind] = map[string]map[string]any{}
			fresh = append(fresh, kind)
		}
	}
	var questions errgroup.Group
	questions.SetLimit(requests)
	for _, kind := range fresh {
		seen := r.seen[kind]
		questions.Go(func() error {
			found, err := r.cluster.List(ctx, kind, r.namespace)
			for _, o := range found {
				seen[o.GetName()] = o.Object
			}
			return err
		})
	}
	return questions.Wait()
}

func kindOf(o *health.Object) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(o.APIVersion, o.Kind)
}

// warnings adds the namespace's warning events to the objects that they are about.
func (r *reading) warnings(ctx context.Context, root *health.Object) error {
	events, err := r.cluster.List(ctx, eventKind, r.namespace)
	if err != nil {
		return err
	}
	about := map[string][]health.Warning{}
	for _, event := range events {
		if kind, _, _ := unstructured.NestedString(event.Object, "type"); kind != "Warning" {
			continue
		}
		uid, _, _ := unstructured.NestedString(event.Object, "involvedObject", "uid")
		about[uid] = append(about[uid], warning(event.Object))
	}
	root.All(func(o *health.Object, _ []*health.Object) {
		uid, _, _ := unstructured.NestedString(o.Content, "metadata", "uid")
		o.Warnings = about[uid]
		slices.SortStableFunc(o.Warnings, func(a, b health.Warning) int { return b.Last.Compare(a.Last) })
	})
	return nil
}

func warning(event map[string]any) health.Warning {
	w := health.Warning{Count: 1}
	w.Reason, _, _ = unstructured.NestedString(event, "reason")
	w.Message, _, _ = unstructured.NestedString(event, "message")
	if count, found, _ := unstructured.NestedInt64(event, "count"); found {
		w.Count = count
	}
	for _, field := range []string{"lastTimestamp", "eventTime", "firstTimestamp"} {
		stamp, _, _ := unstructured.NestedString(event, field)
		if t, err := time.Parse(time.RFC3339Nano, stamp); err == nil {
			w.Last = t
			break
		}
	}
	return w
}

// compositions returns the Compositions to which the composite resources of a tree are
// pinned. One that does not exist, or that the user may not read, is omitted: less is
// known then about what an object waits for.
func (r *reading) compositions(ctx context.Context, root *health.Object) (map[string]map[string]any, error) {
	var names []string
	root.All(func(o *health.Object, _ []*health.Object) {
		if name, _, _ := unstructured.NestedString(o.Content, "spec", "crossplane", "compositionRef", "name"); name != "" {
			names = append(names, name)
		}
	})
	slices.Sort(names)
	names = slices.Compact(names)
	var mu sync.Mutex
	all := map[string]map[string]any{}
	var questions errgroup.Group
	questions.SetLimit(requests)
	for _, name := range names {
		questions.Go(func() error {
			composition, err := r.cluster.Read(ctx, compositionKind, "", name)
			if composition != nil {
				mu.Lock()
				defer mu.Unlock()
				all[name] = composition.Object
			}
			if apierrors.IsForbidden(err) {
				return nil
			}
			return err
		})
	}
	return all, questions.Wait()
}
