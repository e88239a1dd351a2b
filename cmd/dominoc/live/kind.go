package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// kinds are the resources of the API by group and version, each asked for until
// the kind that is wanted is among them: one may be defined while we watch.
type kinds struct {
	mu    sync.Mutex
	known map[schema.GroupVersion]func() (map[string]metav1.APIResource, error)
}

// resource is what the API server calls the objects of a kind, nil when it has
// no such kind.
func (c *Cluster) resource(ctx context.Context, kind schema.GroupVersionKind) (*metav1.APIResource, error) {
	known, err := c.served(ctx, kind.GroupVersion())()
	if resource, ok := known[kind.Kind]; ok {
		return &resource, nil
	}
	c.kinds.mu.Lock()
	defer c.kinds.mu.Unlock()
	delete(c.kinds.known, kind.GroupVersion())
	return nil, err
}

func (c *Cluster) served(ctx context.Context, version schema.GroupVersion) func() (map[string]metav1.APIResource, error) {
	c.kinds.mu.Lock()
	defer c.kinds.mu.Unlock()
	if c.kinds.known == nil {
		c.kinds.known = map[schema.GroupVersion]func() (map[string]metav1.APIResource, error){}
	}
	ask, ok := c.kinds.known[version]
	if !ok {
		ask = sync.OnceValues(func() (map[string]metav1.APIResource, error) { return c.discover(ctx, version) })
		c.kinds.known[version] = ask
	}
	return ask
}

// discover asks for the resources of a group and version; there are none of one
// that the server does not know.
func (c *Cluster) discover(ctx context.Context, version schema.GroupVersion) (map[string]metav1.APIResource, error) {
	at := c.base.JoinPath("apis", version.Group, version.Version)
	if version.Group == "" {
		at = c.base.JoinPath("api", version.Version)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return nil, c.failed(err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return nil, nil
	default:
		return nil, fmt.Errorf("the management cluster at %s answers: %s", c.Server, response.Status)
	}
	var list metav1.APIResourceList
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		return nil, c.failed(err)
	}
	return byKind(list.APIResources), nil
}

// byKind leaves out subresources.
func byKind(resources []metav1.APIResource) map[string]metav1.APIResource {
	known := map[string]metav1.APIResource{}
	for _, r := range resources {
		if _, taken := known[r.Kind]; !taken && !strings.Contains(r.Name, "/") {
			known[r.Kind] = r
		}
	}
	return known
}
