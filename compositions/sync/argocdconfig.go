package sync

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/dominoc/dominoc/compositions/xr"
)

//go:embed health.lua
var healthLua string

// lua returns the check for Argo CD.
func (h health) lua() string {
	quoted := make([]string, len(h.conditions))
	for i, condition := range h.conditions {
		quoted[i] = strconv.Quote(condition)
	}
	return fmt.Sprintf(healthLua, strings.Join(h.conditions, " and "), strings.Join(quoted, ", "))
}

// argoHealth returns the health checks that Argo CD needs: of dominoc's kinds, of
// Crossplane's, and of Argo CD's Application, without which a wave of Applications does
// not wait. Argo CD's own checks of Crossplane's kinds call an object without a status
// healthy, so a wave would not wait for a new provider.
func argoHealth() map[string]string {
	scripts := map[string]string{"argoproj.io_Application": applicationLua}
	for _, h := range platformHealth {
		scripts[group(h.apiVersion)+"_"+h.kind] = h.lua()
	}
	for _, kind := range xr.Kinds() {
		scripts[xr.Group+"_"+kind.Name] = health{conditions: []string{"Ready", "Synced"}}.lua()
	}
	return scripts
}

func group(apiVersion string) string {
	group, _, _ := strings.Cut(apiVersion, "/")
	return group
}

// applicationLua returns the health that an Application states itself.
const applicationLua = `if obj.status == nil or obj.status.health == nil or obj.status.health.status == nil then
  return {status = "Progressing", message = "waiting for the first comparison"}
end
return {status = obj.status.health.status, message = obj.status.health.message or ""}
`

// config is dominoc's part of argocd-cm, for a server-side apply that merges it with the
// existing content.
func (a argocd) config() Object {
	data := Object{}
	for kind, script := range argoHealth() {
		data["resource.customizations.health."+kind] = script
	}
	return a.part("v1", "ConfigMap", "argocd-cm", "data", data)
}

// part is an object of Argo CD's installation, or next to it.
func (a argocd) part(apiVersion, kind, name, field string, content Object) Object {
	return Object{
		"apiVersion": apiVersion,
		"kind":       kind,
		"metadata": Object{
			"name": name, "namespace": a.ArgoCD.Namespace,
			"labels": Object{"app.kubernetes.io/part-of": "argocd"},
		},
		field: content,
	}
}

// pluginName names the config management plugin, its ConfigMap and its container.
const pluginName = "dominoc"

// pluginConfig compiles the fleet in the folder of an Application and prints the part of
// the output that the Application applies.
const pluginConfig = `apiVersion: argoproj.io/v1alpha1
kind: ConfigManagementPlugin
metadata:
  name: dominoc
spec:
  generate:
    command: [sh, -c]
    args: ['dominoc build --print="$PARAM_FOLDER"']
`

func (a argocd) plugin() Object {
	return a.part("v1", "ConfigMap", pluginName, "data", Object{"plugin.yaml": pluginConfig})
}

// repoServer is dominoc's part of the repo server's Deployment: the container in which
// the plugin runs, merged like config.
func (a argocd) repoServer() Object {
	mount := func(name, path string) Object { return Object{"name": name, "mountPath": path} }
	plugin := mount("dominoc-plugin", "/home/argocd/cmp-server/config/plugin.yaml")
	plugin["subPath"] = "plugin.yaml"
	return a.part("apps/v1", "Deployment", "argocd-repo-server", "spec", Object{"template": Object{"spec": Object{
		"containers": []any{Object{
			"name":    pluginName,
			"image":   a.ArgoCD.Plugin.Image,
			"command": []any{"/var/run/argocd/argocd-cmp-server"},
			"securityContext": Object{
				"runAsNonRoot": true, "runAsUser": 999, "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
				"capabilities": Object{"drop": []any{"ALL"}},
			},
			"volumeMounts": []any{
				mount("var-files", "/var/run/argocd"),
				mount("plugins", "/home/argocd/cmp-server/plugins"),
				plugin,
				mount("dominoc-tmp", "/tmp"),
			},
		}},
		"volumes": []any{
			Object{"name": "dominoc-plugin", "configMap": Object{"name": pluginName}},
			Object{"name": "dominoc-tmp", "emptyDir": Object{}},
		},
	}}})
}
