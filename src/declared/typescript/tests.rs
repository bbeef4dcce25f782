use super::*;
use crate::source::{MemoryTree, SourceMap};

/// The default export of `a.ts`, printed on one line; `?reason` is unknown. Other files follow as `//- path`.
fn check(source: &str, expect: &str) {
    assert_eq!(evaluate(source), expect, "{source}");
}

fn evaluate(source: &str) -> String {
    let mut files = vec![("a.ts".to_owned(), String::new())];
    for line in source.lines() {
        match line.trim().strip_prefix("//- ") {
            Some(path) => files.push((path.to_owned(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
    }
    let tree = MemoryTree::new(files);
    let (plain, problems) = default_export(&tree, &SourceMap::default(), "a.ts", None);
    let mut text = print(&plain);
    for problem in problems {
        text.push_str(&format!(" !{}", problem.message));
    }
    text
}

fn print(plain: &Plain) -> String {
    match &plain.kind {
        PlainKind::Nothing => "nothing".into(),
        PlainKind::Bool(value) => value.to_string(),
        PlainKind::Number(n) => number_to_text(*n),
        PlainKind::Text(text) => format!("'{text}'"),
        PlainKind::List(items) => format!("[{}]", items.iter().map(print).collect::<Vec<_>>().join(", ")),
        PlainKind::Object(members) => {
            let members = members.iter().map(|(key, member)| format!("{key}: {}", print(&member.value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        PlainKind::Function => "function".into(),
        PlainKind::Unknown(unknown) => format!("?{}", unknown.reason),
    }
}

#[test]
fn constants() {
    for (expr, expect) in [
        ("[1, -2.5, 'a', `b${1 + 1}c`, true, null, undefined]", "[1, -2.5, 'a', 'b2c', true, nothing, nothing]"),
        ("({ a: 1, 'b-c': 2, [`d${1}`]: 3, ...{ e: 4, a: 5 } })", "{a: 5, b-c: 2, d1: 3, e: 4}"),
        ("[...[1, 2], ...new Set([3, 3])] as const", "[1, 2, 3]"),
        ("({ a: [1] } satisfies object)!.a[0]", "1"),
        ("true ? 'x' : 'y'", "'x'"),
        ("null ?? 0 ?? 5", "0"),
        ("'' || 'b'", "'b'"),
        ("2 ** 10 / 4 % 5 + '!'", "'1!'"),
        ("typeof 'a' === 'string' && !false", "true"),
        ("({ ...{ get id() { return this.n + 1; }, n: 1 } })", "{id: 2, n: 1}"),
        ("({ get id() { return 'a'; } }).id", "'a'"),
        ("({ a: { b: 1 } })?.a?.b", "1"),
        ("undefined?.a.b.c", "nothing"),
        ("1 < 2 && 'a' < 'b'", "true"),
        ("-(1 << 4) | 1", "-15"),
    ] {
        check(&format!("export default {expr}"), expect);
    }
}

#[test]
fn functions() {
    for (source, expect) in [
        (
            "const f = (a: number, b = a * 2, ...c: number[]) => ({ a, b, c }); export default f(1, undefined, 3, 4)",
            "{a: 1, b: 2, c: [3, 4]}",
        ),
        (
            "function f({ x, ...rest }: any, [y]: any) { return [x, rest, y]; } export default f({ x: 1, z: 2 }, [3])",
            "[1, {z: 2}, 3]",
        ),
        (
            "function f(n: number): number { if (n <= 1) return 1; else return n * f(n - 1); } export default f(5)",
            "120",
        ),
        (
            "function f(a: string[]) { const out: any = {}; for (const x of a) { if (x === 'b') continue; out[x] = x.length; } return out; } export default f(['a', 'b', 'cc'])",
            "{a: 1, cc: 2}",
        ),
        (
            "function f() { let n = 0; for (let i = 0; i < 4; i++) n += i; while (n > 5) { n--; } return n; } export default f()",
            "5",
        ),
        (
            "function f(k: string) { switch (k) { case 'a': return 1; case 'b': case 'c': return 2; default: return 3; } } export default ['a', 'b', 'x'].map(f)",
            "[1, 2, 3]",
        ),
        ("const o = { n: 2, f() { return this.n; } }; export default o.f()", "2"),
        ("export default (() => { throw new Error('x'); })()", "?it throws"),
        ("async function f() { return 1; } export default f()", "?it is computed by an async function or a generator"),
        ("const f = () => f(); export default f()", "?its functions call each other too deeply"),
        ("function f() { while (true) {} } export default f()", "?it takes too many steps to evaluate"),
        (
            "import { x } from 'pkg'; function f() { if (x) return 1; return 2; } export default f()",
            "?it comes from the package `pkg`",
        ),
    ] {
        check(source, expect);
    }
}

#[test]
fn built_ins() {
    for (expr, expect) in [
        ("Object.values({ a: 1, b: 2 })", "[1, 2]"),
        ("Object.keys({ a: 1, b: 2 }).join('|')", "'a|b'"),
        ("Object.fromEntries(Object.entries({ a: 1 }).map(([k, v]) => [k.toUpperCase(), v + 1]))", "{A: 2}"),
        ("Object.freeze(Object.assign({ a: 1 }, { b: 2 }))", "{a: 1, b: 2}"),
        ("[3, 1, 2].sort((a, b) => a - b).filter(x => x > 1).concat([9]).reverse()", "[9, 3, 2]"),
        ("[[1], [2, [3]]].flat().length", "3"),
        ("[1, 2, 3].reduce((sum, x) => sum + x, 0)", "6"),
        ("[1, 2].includes(2) && ['a'].indexOf('a') === 0 && [1].some(x => x === 1)", "true"),
        ("Array.from({ length: 3 }, (_, i) => i * i)", "[0, 1, 4]"),
        ("'fooBarBaz'.replace(/([A-Z])/g, '_$1').toLowerCase()", "'foo_bar_baz'"),
        ("'a-b-c'.replaceAll('-', '_').padStart(7, '0') + 'x'.repeat(2)", "'00a_b_cxx'"),
        ("'a,b'.split(',').map(s => s.trim().charAt(0)).slice(1)", "['b']"),
        ("'fooBar'.replace(/[A-Z]/g, c => '_' + c.toLowerCase())", "'foo_bar'"),
        ("[String(1), Number('2'), parseInt('3px'), Math.max(1, 4), (5).toFixed(1)]", "['1', 2, 3, 4, '5.0']"),
        ("JSON.stringify({ b: [1, 'x', null], a: undefined })", "'{\"b\":[1,\"x\",null]}'"),
        ("new Date('2024-01-02').toISOString()", "'2024-01-02T00:00:00.000Z'"),
        ("[...new Map([['a', 1]])]", "[['a', 1]]"),
        ("Date.now()", "?`Date.now` is computed at run time"),
        ("process.env.A", "?the environment variable `A` is read at run time"),
        ("process.env.A ?? 'b'", "'b'"),
        ("(process.env.A || 'c')!", "'c'"),
    ] {
        check(&format!("export default {expr}"), expect);
    }
}

#[test]
fn enums_and_validators() {
    check("enum E { A, B = 'b', C = 1 << 2, D } export default [E.A, E.B, E.D, E[0]]", "[0, 'b', 5, 'A']");
    check("enum E { A = 'a', B = 'b' } export default Object.values(E)", "['a', 'b']");
    check(
        "import { z } from 'zod'; const e = z.enum(['a', 'b']); export default [e.options, e.enum.b, e.Values.a]",
        "[['a', 'b'], 'b', 'a']",
    );
    check("import * as z from 'zod/v4'; export default z.nativeEnum({ A: 'x' }).options", "['x']");
    for (expr, expect) in [
        ("o.shape.s.options", "['a', 'b']"),
        ("o.keyof().options", "['s', 'n']"),
        ("o.strict().extend({ m: z.string() }).omit({ n: true }).keyof().enum", "{s: 's', m: 'm'}"),
        ("o.merge(z.object({ p: e })).pick({ p: true }).shape.p.enum", "{a: 'a', b: 'b'}"),
        ("Object.keys(o.partial().shape)", "?it comes from the package `zod`"),
        ("e.exclude(['a']).options", "['b']"),
        ("e.extract(['a']).enum", "{a: 'a'}"),
        ("z.union([z.literal('x'), z.literal('y')]).options.map((part) => part.value)", "['x', 'y']"),
        ("z.array(e).element.options", "['a', 'b']"),
    ] {
        let source =
            "import { z } from 'zod'; const e = z.enum(['a', 'b']); const o = z.object({ s: e, n: z.number() });";
        check(&format!("{source} export default {expr};"), expect);
    }
    check("import * as v from 'valibot'; export default v.object({ a: v.picklist(['x']) }).entries.a.options", "['x']");
}

#[test]
fn classes_and_namespaces_hold_constants() {
    for (source, expect) in [
        (
            "class R { static readonly A = 'a'; static ALL = [R.A, this.B, 'c']; static B = 'b'; x = 1; static of(n) { return this.A + n; } static get L() { return R.ALL.length; } }
             export default [R.A, R.ALL, R.of(1), R.L];",
            "['a', ['a', nothing, 'c'], 'a1', 3]",
        ),
        ("class P { static A = 1 } class R extends P { static B = R.A + 1 } export default { ...R };", "{A: 1, B: 2}"),
        ("export default class R { static A = R.name2; static { R.A = 2; } static Z = 1 } ", "{A: nothing, Z: 1}"),
        ("class R { static A: string; } export default R.A;", "?it is set elsewhere"),
        ("@d class R { static A = 1 } export default R.A;", "?it is a class with decorators"),
        (
            "namespace N { const a = 'a'; export const [B, C] = [a, 'c']; export enum E { X = 'x' } export function f() { return B; } export type T = 1; }
             export default [N.B, N.C, N.E.X, N.f(), N.a];",
            "['a', 'c', 'x', 'a', nothing]",
        ),
        ("namespace N { export const A = 1 } namespace N { export const B = 2 } export default N.B;", "?it is a namespace declared in several parts"),
        ("namespace N.M { export const A = 1 } export default N.M;", "?it is a namespace within a namespace"),
    ] {
        check(source, expect);
    }
}

#[test]
fn modules() {
    for (source, expect) in [
        ("import { b as x } from './b'; export default x\n//- b.ts\nexport const b = 1", "1"),
        (
            "import x, * as ns from './b'; export default [x, ns.y, ns.z]\n//- b.ts\nexport default 1; export const y = 2; export { y as z }",
            "[1, 2, 2]",
        ),
        ("export { b as default } from './b'\n//- b.ts\nexport * from './c'\n//- c.ts\nexport const b = [1]", "[1]"),
        (
            "import { ns } from './b'; export default ns.c\n//- b.ts\nexport * as ns from './c'\n//- c.ts\nexport const c = 'deep'",
            "'deep'",
        ),
        (
            "import { f } from './b'; export const k = 2; export default f()\n//- b.ts\nimport { k } from './a'; export const f = () => k + 1",
            "3",
        ),
        (
            "import { b } from './b'; export const a = b; export default a\n//- b.ts\nimport { a } from './a'; export const b = a",
            "?`a` refers to itself",
        ),
        (
            "import type { T } from './none'; import { b } from './b'; export default b\n//- b.ts\nexport * from './c'",
            "?`b.ts` exports no `b`",
        ),
        (
            "import { b } from './b'; export default [b, 1]\n//- b.ts\nexport const b = (;",
            "[?`b.ts` cannot be parsed, 1] !`b.ts` cannot be parsed: Unexpected token",
        ),
        (
            "const { b, c: { d } } = require('./b'); module.exports = { b, d }\n//- b.ts\nexports.b = 1; module.exports.c = { d: 2 }",
            "{b: 1, d: 2}",
        ),
        ("import j from './j.json'; export default j.a\n//- j.json\n{ \"a\": [1] }", "[1]"),
        (
            "const o: any = {}; o.a = 1; for (const k of ['x', 'y']) { o[k] = k } export default o",
            "{a: 1, x: 'x', y: 'y'}",
        ),
        ("export const { a, ...b } = { a: 1, c: 2 }; export default [a, b]", "[1, {c: 2}]"),
    ] {
        check(source, expect);
    }
}

#[test]
fn configs() {
    check("import { defineConfig } from 'x'; export default defineConfig({ a: 1 })", "{a: 1}");
    check(
        "import path from 'node:path'; export default [path.join('prisma', 'schema'), path.resolve('x'), path.resolve(__dirname, '../y')]",
        "['prisma/schema', '/<project>/x', '/y']",
    );
    check(
        "import { fileURLToPath } from 'url'; import { dirname } from 'path'; export default dirname(fileURLToPath(import.meta.url))",
        "'/<project>'",
    );
    check("export const x = 1", "?it has no default export");
}

#[test]
fn bad_input_never_panics() {
    let deep = |open: &str, close: &str, n: usize| format!("export default {}1{}", open.repeat(n), close.repeat(n));
    for source in [
        deep("(", ")", 10_000),
        deep("[", "]", 10_000),
        deep("f(", ")", 10_000),
        deep("!", "", 19_000),
        deep("() => ", "", 5_000),
        format!("export default x{}", ".a()".repeat(10_000)),
        format!("export default 1{}", " + 1".repeat(10_000)),
        format!("export default 'a'{}", " ? 1 : 2".repeat(2)),
        "export default \u{feff}1".into(),
        "\0".into(),
        "export default `${".into(),
        "const a: any = []; a.push(a); export default JSON.stringify(a) + `${a}` + a.flat(Infinity)".into(),
        "let a: any = []; for (let i = 0; i < 1e9; i++) a = [a]; export default a".into(),
        "let a = 'x'; while (true) a += a; export default a".into(),
        "const a: any = []; for (;;) a.push('x'.repeat(1000000)); export default a".into(),
        "import { q } from 'p'; let a = q; for (;;) a = a.b(a).c; export default a".into(),
    ] {
        evaluate(&source);
    }
    assert!(evaluate(&deep("(", ")", 30_000)).contains("nested too deeply"));
}

#[test]
fn a_name_is_read_as_it_stands_there() {
    check("let k = 1; const a = k; k = 2; const b = k; k += 5; export default [a, b, k]", "[1, 2, 7]");
    // Whatever is asked for first.
    check("let k = 1; const a = [k]; k = 2; const b = [k]; export default [k, b, a]", "[2, [2], [1]]");
    check("let k = 'x'; export default k; k = 'y'", "'x'");
    check("const list = [1]; const n = list.length; list.push(2); export default [n, list.length]", "[1, 2]");
    check("let k = 1; const a = () => k; k = 2; export default [a()]; k = 3", "[2]");
    check("let k = 1; const a = k; if (a === 1) { k = 9 } const b = k; export default { b, a }", "{b: 9, a: 1}");
    check(
        "import { k, a } from './b'; export default [a, k]\n//- b.ts\nexport let k = 1; export const a = k; k = 2;",
        "[1, 2]",
    );
    check("let { a, b } = { a: 1, b: 2 }; const c = [a, b]; b = a; export default [c, a, b]", "[[1, 2], 1, 1]");
}
