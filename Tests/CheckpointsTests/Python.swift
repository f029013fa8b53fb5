import Foundation

/// Python with h5py: the other reader of these files, and the tool to forge them with.
enum Python {
  static let hasH5py = (try? run("import h5py, numpy")) != nil

  @discardableResult
  static func run(_ script: String, _ arguments: [String] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(description: text) }
    return text
  }

  /// Copies the checkpoint at `path` once for each of `changes` and applies it, with `f` the open file and `layer` its
  /// first layer. `seal(f)` makes checksums and manifest fit again as their documentation says, written independently
  /// of the program.
  /// - Returns: Paths of the copies.
  static func forge(_ path: String, _ changes: [String]) throws -> [String] {
    try run(forger, [path] + changes)
    return changes.indices.map { "\(path).\($0)" }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let forger = """
    import h5py, hashlib, shutil, sys, numpy as np
    M = (1 << 64) - 1
    P = [11400714785074694791, 14029467366897019727, 1609587929392839161, 9650029242287828579, 2870177450012600261]
    rot = lambda x, n: (x << n | x >> 64 - n) & M
    step = lambda a, x: rot((a + x * P[1]) & M, 31) * P[0] & M
    number = lambda b: int.from_bytes(b, "little")
    def xxh64(b):
        n, h = len(b), P[4]
        if n >= 32:
            v = [(P[0] + P[1]) & M, P[1], 0, -P[0] & M]
            for s in range(0, n // 32 * 32, 32):
                v = [step(v[k], number(b[s + 8 * k:s + 8 * k + 8])) for k in range(4)]
            h = sum(rot(x, r) for x, r in zip(v, (1, 7, 12, 18))) & M
            for x in v:
                h = ((h ^ step(0, x)) * P[0] + P[3]) & M
        h, b = (h + n) & M, b[n // 32 * 32:]
        while len(b) >= 8:
            h, b = (rot(h ^ step(0, number(b[:8])), 27) * P[0] + P[3]) & M, b[8:]
        if len(b) >= 4:
            h, b = (rot(h ^ number(b[:4]) * P[0] & M, 23) * P[1] + P[2]) & M, b[4:]
        for x in b:
            h = rot(h ^ x * P[4] & M, 11) * P[0] & M
        h = (h ^ h >> 33) * P[1] & M
        h = (h ^ h >> 29) * P[2] & M
        return format(h ^ h >> 32, "016x")
    names = {"f": {4: "Float", 8: "Double"}, "u": {1: "UInt8", 2: "UInt16", 8: "UInt64"}, "i": {8: "Int64"}}
    def name(t): return "text" if t.kind in "OSU" else names[t.kind][t.itemsize]
    def manifest(f):
        h = hashlib.sha256()
        def add(t):
            t = str(t).encode()
            h.update(b"%d:%b," % (len(t), t))
        def visit(path, o):
            add("dataset" if isinstance(o, h5py.Dataset) else "group"); add(path)
            if isinstance(o, h5py.Dataset):
                add(name(o.dtype)); add(list(o.shape))
            for k in sorted(o.attrs):
                if path == "/" and k in ("manifest_sha256", "complete"): continue
                v = o.attrs[k]
                add(k)
                if isinstance(v, str): add("text"); add(v)
                else: add(name(v.dtype)); add([int(x) for x in np.ravel(v)])
            if isinstance(o, h5py.Group):
                for k in sorted(o): visit(path.rstrip("/") + "/" + k, o[k])
        visit("/", f)
        return h.hexdigest()
    def seal(f):
        def checksum(path, d):
            if isinstance(d, h5py.Dataset) and d.size < 100000:
                data = np.ravel(d[()])[0] if d.dtype.kind in "OS" else d[()].tobytes()
                d.attrs["xxh64"] = xxh64(data)
        f.visititems(checksum)
        f.attrs["manifest_sha256"] = manifest(f)
    def replace(group, name, **how):
        meaning = dict(group[name].attrs)
        del group[name]
        group.create_dataset(name, **how).attrs.update(meaning)
    for k, change in enumerate(sys.argv[2:]):
        f = h5py.File(shutil.copy(sys.argv[1], f"{sys.argv[1]}.{k}"), "r+")
        layer = f["network/layers/hidden1"]
        exec(change)
        f.close()
    """
}
