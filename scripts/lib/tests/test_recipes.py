"""The recipes in the README, read by linters that are not ours."""

import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
TOOLS = os.path.join(ROOT, ".build", "python", "bin")
# As GitHub writes its own: lists inside of mappings, no document start, "on" as a key.
YAMLLINT = "{extends: default, rules: {document-start: disable, truthy: {check-keys: false}, line-length: {max: 120}, " \
    "braces: {max-spaces-inside: 0}}}"


def recipes():
    """The YAML blocks of the README by the heading that hides them."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    pattern = r"<details><summary>([^<]+)</summary>\n\n```yaml\n(.*?)```"
    return dict(re.findall(pattern, text, re.DOTALL))


class RecipeTests(unittest.TestCase):
    def setUp(self):
        if not os.path.exists(os.path.join(TOOLS, "check-jsonschema")):
            self.skipTest("needs the Python environment of scripts/setup --all")

    def lint(self, heading, *command):
        text = recipes()[heading]
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "recipe.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            words = [word.replace("RECIPE", path) for word in command]
            done = subprocess.run([os.path.join(TOOLS, words[0]), *words[1:]], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_every_recipe_is_tidy_yaml(self):
        self.assertEqual(sorted(recipes()), ["A nightly job in Kubernetes", "GitHub Actions", "GitLab CI"])
        for heading in recipes():
            status, output = self.lint(heading, "yamllint", "--strict", "--config-data", YAMLLINT, "RECIPE")
            self.assertEqual(status, 0, output)

    def test_the_workflow_is_one_that_github_takes(self):
        status, output = self.lint("GitHub Actions", "check-jsonschema", "--builtin-schema", "vendor.github-workflows", "RECIPE")
        self.assertEqual(status, 0, output)

    def test_the_pipeline_is_one_that_gitlab_takes(self):
        status, output = self.lint("GitLab CI", "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "RECIPE")
        self.assertEqual(status, 0, output)

    def test_the_cron_job_is_one_that_kubernetes_takes(self):
        status, output = self.lint("A nightly job in Kubernetes", "kubernetes-validate", "--strict", "RECIPE")
        self.assertEqual(status, 0, output)

    def test_a_recipe_with_a_mistake_is_refused(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "recipe.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(recipes()["GitHub Actions"].replace("runs-on", "runs-at"))
            done = subprocess.run([os.path.join(TOOLS, "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", path],
                                  capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    unittest.main()
