// Package providers pins the modules of provider-helm and provider-kubernetes,
// whose package/crds the tests read. It imports a small package of each, to keep
// the requirements.
package providers

import (
	_ "github.com/crossplane-contrib/provider-helm/pkg/version"
	_ "github.com/crossplane-contrib/provider-kubernetes/pkg/kube/config"
)
