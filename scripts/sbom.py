#!/usr/bin/env python3
"""Write what Gatepost is made of: a CycloneDX 1.6 list (an SBOM) of everything that goes into the release binary.

    scripts/sbom.py [--target TRIPLE] [--out FILE]

Cargo says which crates those are, with the versions and checksums of Cargo.lock. Some crates carry software that is not
written in Rust, one script lies in assets/vendor, and lists of passwords are built in: what these are is read from their
own files, never written down here. What only builds the program (macros, build scripts and what they need) is listed with the scope `excluded`.

The same sources always make the same bytes. FILE is target/sbom/gatepost-VERSION-TRIPLE.cdx.json unless it is given.
"""

import argparse, hashlib, json, os, pathlib, re, subprocess, tomllib, uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]


def cargo(*arguments):
    command = [os.environ.get("CARGO", "cargo"), *arguments, "--locked", "--manifest-path", str(ROOT / "Cargo.toml")]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def host():
    said = subprocess.run([os.environ.get("RUSTC", "rustc"), "-vV"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return re.search(r"^host: (.*)$", said, re.M)[1], re.search(r"^release: (.*)$", said, re.M)[1]


def tree(target, edges):
    """Which crate, as (name, version), needs which: {crate: set of crates}."""
    lines = cargo("tree", "--package", "gatepost", "--target", target, "--edges", edges, "--prefix", "depth", "--format", "{p}")
    needs, path = {}, []
    for line in lines.splitlines():
        depth, name, version = re.match(r"(\d+)(\S+) v(\S+)", line).groups()
        path[int(depth):] = [(name, version)]
        needs.setdefault((name, version), set())
        if len(path) > 1:
            needs[path[-2]].add(path[-1])
    return needs


def found(pattern, *files):
    """What the pattern finds in the first of the files that has it."""
    for file in files:
        match = re.search(pattern, file.read_text(), re.M)
        if match:
            return match[1]
    raise SystemExit(f"sbom: no version in {', '.join(map(str, files))}: scripts/sbom.py has to learn where it stands now")


def sqlite(folder):
    version = found(r'^#define SQLITE_VERSION\s+"([\d.]+)"', folder / "sqlite3/sqlite3.h")
    return "sqlite", version, "blessing", f"pkg:generic/sqlite@{version}", f"cpe:2.3:a:sqlite:sqlite:{version}:*:*:*:*:*:*:*"


def aws_lc(folder):
    version = found(r'^#define AWSLC_VERSION_NUMBER_STRING "([\d.]+)"', folder / "aws-lc/include/openssl/base.h")
    licence = "ISC AND Apache-2.0 AND MIT AND BSD-3-Clause"
    return "aws-lc", version, licence, f"pkg:github/aws/aws-lc@v{version}", f"cpe:2.3:a:amazon:aws-lc:{version}:*:*:*:*:*:*:*"


def mimalloc(folder):
    # The build script takes v3, unless a feature of the crate says v2.
    number = int(found(r"^#define MI_MALLOC_VERSION (\d+)", folder / "c_src/mimalloc/v3/include/mimalloc.h"))
    version = f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    return "mimalloc", version, "MIT", f"pkg:github/microsoft/mimalloc@v{version}", None


def swagger_ui(folder):
    version = max(folder.glob("res/v*.zip")).stem.removeprefix("v")
    return "swagger-ui-dist", version, "Apache-2.0", f"pkg:npm/swagger-ui-dist@{version}", None


def redoc(folder):
    version = found(r"^\| Version \| ([\d.]+) \|", folder / "README.md")
    return "redoc", version, "MIT", f"pkg:npm/redoc@{version}", None


def password_lists():
    """The lists that the filter of leaked passwords was made of; its README says which."""
    rows = re.findall(r"^\| .* \| (npm|PyPI) `(\S+)` ([\d.]+),.* \| ([\w.-]+), ©", (ROOT / "src/passwords/README.md").read_text(), re.M)
    if not rows:
        raise SystemExit("sbom: src/passwords/README.md names no lists: scripts/sbom.py has to learn where they stand now")
    for registry, name, version, licence in rows:
        purl = f"pkg:{registry.lower()}/{name.replace('@', '%40')}@{version}"
        yield {"type": "data", "bom-ref": purl, "name": name, "version": version, "scope": "required",
               "description": "A list of common passwords", "licenses": [{"expression": licence}], "purl": purl}


# What crates carry that is not Rust.
CARRIED = {
    "libsqlite3-sys": sqlite,
    "aws-lc-sys": aws_lc,
    "libmimalloc-sys": mimalloc,
    "utoipa-swagger-ui-vendored": swagger_ui,
}


def carried(reader, folder, files=()):
    name, version, licence, purl, cpe = reader(folder)
    component = {"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": "required"}
    hashes = [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()} for file in files]
    more = {"hashes": hashes, "licenses": [{"expression": licence}], "purl": purl, "cpe": cpe}
    return component | {key: value for key, value in more.items() if value}


def crate(package, checksum, scope):
    purl = f"pkg:cargo/{package['name']}@{package['version']}"
    component = {
        "type": "library", "bom-ref": purl, "name": package["name"], "version": package["version"],
        "description": " ".join((package["description"] or "").split()) or None, "scope": scope,
        "hashes": [{"alg": "SHA-256", "content": checksum}] if checksum else None,
        # Older crates write a stroke where SPDX writes OR.
        "licenses": [{"expression": package["license"].replace("/", " OR ")}] if package["license"] else None,
        "purl": purl,
        "externalReferences": [{"type": "vcs", "url": package["repository"]}] if package["repository"] else None,
    }
    return {key: value for key, value in component.items() if value}


def standard_library(version):
    purl = f"pkg:github/rust-lang/rust@{version}"
    return {"type": "library", "bom-ref": purl, "name": "rust-std", "version": version, "scope": "required",
            "description": "The standard library of Rust", "licenses": [{"expression": "MIT OR Apache-2.0"}], "purl": purl}


def collect(target, rust):
    """The program itself, everything else, and who needs whom."""
    packages = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", target))["packages"]
    packages = {(package["name"], package["version"]): package for package in packages}
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    checksums = {(entry["name"], entry["version"]): entry.get("checksum") for entry in lock}
    inside, needs = tree(target, "normal,no-proc-macro"), tree(target, "normal,build")
    ref = {key: f"pkg:cargo/{key[0]}@{key[1]}" for key in needs}
    refs = {ref[key]: {ref[other] for other in others} for key, others in needs.items()}
    main, components = None, []
    for key in sorted(needs):
        component = crate(packages[key], checksums[key], "required" if key in inside else "excluded")
        if key[0] == "gatepost":
            main = component | {"type": "application"}
            del main["scope"]
            continue
        components.append(component)
        if key[0] in CARRIED:
            more = carried(CARRIED[key[0]], pathlib.Path(packages[key]["manifest_path"]).parent)
            components.append(more)
            refs[ref[key]].add(more["bom-ref"])
    vendored = ROOT / "assets/vendor/redoc"
    more = [carried(redoc, vendored, [vendored / "redoc.standalone.js"]), standard_library(rust), *password_lists()]
    components += more
    refs[main["bom-ref"]] |= {component["bom-ref"] for component in more}
    refs |= {component["bom-ref"]: set() for component in components if component["bom-ref"] not in refs}
    return main, components, refs


def main():
    here, rust = host()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", default=here)
    parser.add_argument("--out", type=pathlib.Path)
    chosen = parser.parse_args()
    program, components, refs = collect(chosen.target, rust)
    bom = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": program, "properties": [{"name": "gatepost:target", "value": chosen.target}]},
        "components": sorted(components, key=lambda component: component["bom-ref"]),
        "dependencies": [{"ref": ref, "dependsOn": sorted(refs[ref])} for ref in sorted(refs)],
    }
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(bom, sort_keys=True))}"
    name = f"gatepost-{program['version']}-{chosen.target}.cdx.json"
    out = chosen.out or ROOT / "target/sbom" / name
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(bom, indent=2, ensure_ascii=False) + "\n")
    print(f"{out}: {len(components)} components, {sum(one['scope'] == 'required' for one in components)} of them in the binary")


if __name__ == "__main__":
    main()
