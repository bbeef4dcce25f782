use super::*;
use crate::source::MemoryTree;

/// What `specifier` means in `from`, the files being given as path and text.
fn check(files: &[(&str, &str)], from: &str, specifier: &str, expect: &str) {
    let tree = MemoryTree::new(files.iter().copied());
    let found = match Resolver::new(&tree).resolve(from, specifier) {
        Resolved::File(path) => path,
        Resolved::External => "external".into(),
        Resolved::Missing(_) => "missing".into(),
    };
    assert_eq!(found, expect, "{specifier} in {from}");
}

#[test]
fn relative_imports() {
    let files = [
        ("src/a.ts", ""),
        ("src/b.ts", ""),
        ("src/db/index.ts", ""),
        ("src/c.mts", ""),
        ("src/d.json", ""),
        ("e.tsx", ""),
    ];
    for (specifier, expect) in [
        ("./b", "src/b.ts"),
        ("./b.js", "src/b.ts"),
        ("./b.ts", "src/b.ts"),
        ("./c.mjs", "src/c.mts"),
        ("./db", "src/db/index.ts"),
        ("./db/", "src/db/index.ts"),
        ("./d.json", "src/d.json"),
        ("../e", "e.tsx"),
        ("./none", "missing"),
        ("../../x", "missing"),
        ("drizzle-orm", "external"),
    ] {
        check(&files, "src/a.ts", specifier, expect);
    }
}

#[test]
fn tsconfig_paths() {
    let files = [
        ("tsconfig.base.json", r#"{ "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] } } }"#),
        (
            "app/tsconfig.json",
            r#"{ // comment
            "extends": ["@tsconfig/node20", "../tsconfig.base.json"], "compilerOptions": { "baseUrl": "./src", } }"#,
        ),
        ("web/tsconfig.json", r#"{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }"#),
        (
            "web/tsconfig.app.json",
            r#"{ "extends": "./none", "compilerOptions": { "paths": { "~/*": ["./src/*"], "~": ["./src/root"] } } }"#,
        ),
        ("shared/x.ts", ""),
        ("app/src/db/y.ts", ""),
        ("web/src/z.ts", ""),
        ("web/src/root.ts", ""),
    ];
    check(&files, "app/src/db/y.ts", "@shared/x", "shared/x.ts");
    check(&files, "app/src/db/y.ts", "db/y", "app/src/db/y.ts");
    check(&files, "web/src/z.ts", "~/z", "web/src/z.ts");
    check(&files, "web/src/z.ts", "~", "web/src/root.ts");
    check(&files, "web/src/z.ts", "~/none", "external");
}

#[test]
fn packages_of_the_repository() {
    let files = [
        ("package.json", r#"{ "workspaces": ["packages/*", "!packages/old"] }"#),
        ("pnpm-workspace.yaml", "# all\npackages:\n  - 'apps/**' # apps\n\ncatalog:\n  x: 1\n"),
        (
            "packages/db/package.json",
            r#"{ "name": "@acme/db", "exports": { ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" },
                "./schema/*": "./src/schema/*.ts", "./env": { "import": { "types": "./dist/env.d.ts" } } } }"#,
        ),
        ("packages/db/src/index.ts", ""),
        ("packages/db/src/env.ts", ""),
        ("packages/db/src/schema/users.ts", ""),
        ("packages/old/package.json", r#"{ "name": "old" }"#),
        ("packages/old/index.ts", ""),
        (
            "packages/util/package.json",
            r##"{ "name": "util", "main": "lib/main.js", "imports": { "#x/*": "./src/x/*.ts" } }"##,
        ),
        ("packages/util/src/main.ts", ""),
        ("packages/util/src/x/y.ts", ""),
        ("packages/util/extra.ts", ""),
        ("apps/group/web/package.json", r#"{ "name": "web", "dependencies": { "near": "file:./near" } }"#),
        ("apps/group/web/near/package.json", r#"{ "name": "near" }"#),
        ("apps/group/web/near/index.ts", ""),
    ];
    let from = "apps/group/web/src/a.ts";
    for (specifier, expect) in [
        ("@acme/db", "packages/db/src/index.ts"),
        ("@acme/db/schema/users", "packages/db/src/schema/users.ts"),
        ("@acme/db/env", "packages/db/src/env.ts"),
        ("@acme/db/none", "missing"),
        ("util", "packages/util/src/main.ts"),
        ("util/extra", "packages/util/extra.ts"),
        ("old", "external"),
        ("near", "apps/group/web/near/index.ts"),
        ("@other/db", "external"),
    ] {
        check(&files, from, specifier, expect);
    }
    check(&files, "packages/util/src/main.ts", "#x/y", "packages/util/src/x/y.ts");
    check(&files, "packages/util/src/main.ts", "#x/z", "missing");
}

#[test]
fn packages_of_a_deno_workspace() {
    let files = [
        (
            "deno.json",
            r#"{ // all
            "workspace": { "members": ["./packages/*"] } }"#,
        ),
        (
            "packages/shared/package.json",
            r#"{ "name": "@acme/shared", "exports": { "./constants": "./src/constants.ts" } }"#,
        ),
        ("packages/shared/src/constants.ts", ""),
        (
            "packages/core/deno.jsonc",
            r#"{ "name": "@acme/core", "exports": "./mod.ts", /* here */ "version": "1.0.0" }"#,
        ),
        ("packages/core/mod.ts", ""),
    ];
    for (specifier, expect) in [
        ("@acme/shared/constants", "packages/shared/src/constants.ts"),
        ("@acme/core", "packages/core/mod.ts"),
        ("@acme/none", "external"),
    ] {
        check(&files, "packages/db/src/schema.ts", specifier, expect);
    }
}

#[test]
fn import_maps_of_deno() {
    let files = [
        (
            "deno.json",
            r#"{ "imports": { "@/": "./src/", "@db": "./src/db.ts", "orm": "npm:drizzle-orm@0.45", "@/gen/": "./gen/" } }"#,
        ),
        ("app/deno.jsonc", r#"{ /* */ "importMap": "../maps/map.json" }"#),
        ("maps/map.json", r#"{ "imports": { "$schema": "../src/schema.ts" } }"#),
        ("src/db.ts", ""),
        ("src/schema.ts", ""),
        ("gen/x.ts", ""),
        ("app/a.ts", ""),
    ];
    for (specifier, expect) in [
        ("@db", "src/db.ts"),
        ("@/schema.ts", "src/schema.ts"),
        ("@/gen/x.ts", "gen/x.ts"),
        ("$schema", "src/schema.ts"),
        ("@/none.ts", "missing"),
        ("orm/pg-core", "external"),
        ("npm:drizzle-orm@0.45/pg-core", "external"),
    ] {
        check(&files, "app/a.ts", specifier, expect);
    }
    let tree = MemoryTree::new(files);
    let resolver = Resolver::new(&tree);
    for specifier in ["orm/pg-core", "npm:drizzle-orm@^0.45.1/pg-core"] {
        assert_eq!(resolver.package_specifier("app/a.ts", specifier).as_deref(), Some("drizzle-orm/pg-core"));
    }
}
