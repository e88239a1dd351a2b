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

// resources returns the resources of the API in one group and version, by kind.
type resources func() (map[string]metav1.APIResource, error)

// resource returns the resource of a kind; nil if the API server has no such kind. The
// server is asked once for each group and version, and again until the kind is among its
// resources: it may be defined while a watch runs.
func (c *Cluster) resource(ctx context.Context, kind schema.GroupVersionKind) (*metav1.APIResource, error) {
	version := kind.GroupVersion()
	served, _ := c.served.LoadOrStore(version, resources(sync.OnceValues(func() (map[string]metav1.APIResource, error) {
		return c.discover(ctx, version)
	})))
	known, err := served.(resources)()
	if resource, ok := known[kind.Kind]; ok {
		return &resource, nil
	}
	c.served.Delete(version)
	return nil, err
}

// discover requests the resources of a group and version; there are none if the server
// does not know it.
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
	known := map[string]metav1.APIResource{}
	for _, r := range list.APIResources {
		if _, taken := known[r.Kind]; !taken && !strings.Contains(r.Name, "/") { // else a subresource
			known[r.Kind] = r
		}
	}
	return known, nil
}
