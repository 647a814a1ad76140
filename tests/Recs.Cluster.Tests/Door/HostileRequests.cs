using System.Text;
using System.Text.Json;

using CsCheck;

namespace Recs.Cluster.Tests.Door;

/// <summary>
/// Generates requests for every endpoint: random JSON, sound documents with fields exchanged, sound bytes mutated, deep
/// nesting, strings of megabytes, numbers that are none, text that is no UTF-8. Needs nothing but a base address.
/// </summary>
public static class HostileRequests
{
    const int LongMax = 2 * 1024 * 1024;

    static readonly Gen<string> Text = Gen.Frequency(
        (6, Either("a", "i1", "u1", "click", "impression", "watch", "custom:", "hier-ucb", "2026-11-01T12:00:00Z", "home")),
        (3, Gen.String[0, 12]),
        (1, Gen.Int[0, 1200].Select(length => new string('x', length))));

    static readonly Gen<string> Scalar = Gen.Frequency(
        (4, Text.Select(text => JsonSerializer.Serialize(text))),
        (4, Either(
            "0", "1", "-1", "20", "100", "101", "1.5", "-0", "1e999", "-1e400", "1E-400", "123456789012345678901234567890",
            "9223372036854775808", "2147483648", "true", "false", "null", "\"NaN\"", "\"Infinity\"", "\"\"", "[]", "{}")),
        (1, Either(
            "NaN", "Infinity", "-Infinity", "undefined", "'x'", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"\\u001f\"", "01", "+1",
            "\"\u202e\"", "\"\\\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-13-45T99:99:99Z\"")));

    static readonly Gen<string> Names = Gen.Frequency(
        (12, Either(
            "id", "createdAt", "categories", "creator", "attributes", "embedding", "available", "expiresAt", "userId", "context", "count",
            "surface", "candidates", "filter", "excludeItems", "excludeSeen", "policy", "eventId", "type", "decisionId", "itemId", "value", "at")),
        (1, Either("\\ud800", "", "$", "Id", "\\u0069d", "\\u0000", "__proto__")),
        (1, Gen.String[0, 6].Select(name => JsonSerializer.Serialize(name)[1..^1])));

    static readonly Gen<string> Value = Gen.Recursive<string>((depth, inner) => depth > 4
        ? Scalar
        : Gen.Frequency(
            (5, Scalar),
            (1, inner.Array[0, 6].Select(values => $"[{string.Join(',', values)}]")),
            (1, Gen.Select(Names, inner).Array[0, 6].Select(Object))));

    static readonly Gen<string> Embedding = Gen.Select(Gen.Int[0, 9], Gen.Double[-2, 2], (length, component) =>
        $"[{string.Join(',', Enumerable.Repeat(component.ToString("R", System.Globalization.CultureInfo.InvariantCulture), length))}]");

    static readonly Gen<string> Item = Document(
        ("id", Quoted(Gen.Int[0, 50].Select(number => $"i{number}"))),
        ("createdAt", Quoted(Either("2026-11-01T12:00:00Z", "2026-11-01", "soon"))),
        ("categories", Either("[\"music\"]", "[]", "[\"a\",\"b\"]")),
        ("creator", Quoted(Text)),
        ("attributes", Either("{\"lang\":\"en\"}", "{\"n\":1,\"b\":true}", "{}")),
        ("embedding", Embedding),
        ("available", Either("true", "false")),
        ("expiresAt", Quoted(Either("9999-12-31T23:59:59Z", "2020-01-01T00:00:00Z"))));

    static readonly Gen<string> User = Document(
        ("id", Quoted(Gen.Int[0, 20].Select(number => $"u{number}"))),
        ("attributes", Either("{\"age\":30}", "{}")),
        ("embedding", Embedding));

    static readonly Gen<string> Event = Document(
        ("eventId", Quoted(Text)),
        ("type", Quoted(Either("impression", "click", "watch", "like", "dislike", "share", "skip", "custom:x", "custom:", "other"))),
        ("decisionId", Quoted(Gen.OneOf(Text, Gen.Byte.Array[0, 200].Select(Convert.ToBase64String)))),
        ("itemId", Quoted(Gen.Int[0, 60].Select(number => $"i{number}"))),
        ("userId", Quoted(Gen.Int[0, 20].Select(number => $"u{number}"))),
        ("value", Scalar),
        ("at", Quoted(Either("2026-11-01T12:00:00Z", "1999-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00Z"))));

    static readonly Gen<string> Ask = Document(
        ("userId", Quoted(Gen.Int[0, 20].Select(number => $"u{number}"))),
        ("context", Either("{\"device\":\"tv\"}", "{\"hour\":12,\"weekend\":false}", "{}")),
        ("embedding", Embedding),
        ("count", Gen.Int[-2, 120].Select(count => $"{count}")),
        ("surface", Quoted(Either("home", "player", "a b", ""))),
        ("candidates", Gen.Int[0, 60].Select(number => $"\"i{number}\"").Array[0, 20].Select(ids => $"[{string.Join(',', ids)}]")),
        ("filter", Gen.OneOf(
            Either("{}", "{\"categories\":[]}", "{\"categories\":[\"music\"],\"excludeSeen\":true}", "{\"excludeItems\":[\"i1\",\"i2\"]}"),
            Value)),
        ("policy", Quoted(Either("hier-ucb", "hier-ts", "diag-ucb", "diag-ts", "epsilon-greedy", "ucb1", "beta-ts", "var-ts", "uniform", "popular", "lin-ucb", "x"))));

    static readonly Gen<string?> Type = Gen.Frequency(
        (12, Gen.Const<string?>("application/json")),
        (1, Either<string?>([null])),
        (1, Either<string?>(
            "application/json; charset=utf-8", "application/json; charset=utf-16", "text/plain", "application/x-ndjson", "nonsense", ";;", "")));

    /// <summary>A request with a body for an endpoint that takes one.</summary>
    public static Gen<HostileRequest> WithBody { get; } = Gen.OneOf(
        Body("PUT", "/v1/items", Many(Item), Type),
        Body("PUT", "/v1/users", Many(User), Type),
        Body("POST", "/v1/events", Many(Event), Type),
        Body("POST", "/v1/events", Event.Array[0, 6].Select(lines => string.Join('\n', lines)), Gen.Const<string?>("application/x-ndjson")),
        Body("POST", "/v1/recommend", Ask, Type));

    /// <summary>A request that says everything in its address.</summary>
    public static Gen<HostileRequest> WithoutBody { get; } = Gen.Select(
        Either("GET", "DELETE", "POST", "PUT", "PATCH", "HEAD", "OPTIONS"),
        Either(
            "/v1/items/{0}", "/v1/items/{0}/edges", "/v1/items?after={0}&limit={1}", "/v1/users/{0}", "/v1/decisions/{0}", "/v1/models/{0}/promote",
            "/v1/{0}", "/{0}", "/v1/stats?{0}={1}", "/v1/models", "/v1/recommend", "/health/ready", "/openapi/v1.json?{0}"),
        Gen.OneOf(Text, Gen.Byte.Array[1, 300].Select(Convert.ToBase64String), Either("-1", "0", "1", "99999999999999999999", "1e9", "%", "..", "{id}")),
        Text,
        (method, path, first, second) => new HostileRequest(
            method, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Escaped(first), Escaped(second)), null, []));

    /// <summary>Any request.</summary>
    public static Gen<HostileRequest> Any { get; } = Gen.Frequency((4, WithBody), (1, WithoutBody));

    static Gen<HostileRequest> Body(string method, string path, Gen<string> sound, Gen<string?> type) => Gen.Select(
        Gen.Frequency(
            (60, sound.Select(Encoding.UTF8.GetBytes)),
            (30, Gen.Select(sound.Select(Encoding.UTF8.GetBytes), Gen.Select(Gen.Int[0, 3], Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 4]).Select(Mutated)),
            (20, Value.Select(Encoding.UTF8.GetBytes)),
            (4, Gen.Select(Either("[", "{\"a\":", "[{\"attributes\":"), Gen.Int[1, 3000]).Select(Nested)),
            (4, Gen.Byte.Array[0, 64]),
            (2, Either("", " \n\t", "\uFEFF[]", "\uFEFF", "null", "[null]", "[[]]", "{}{}", "[]x").Select(Encoding.UTF8.GetBytes)),
            (1, Gen.Select(Names, Gen.Int[1000, LongMax]).Select(Long))),
        type,
        (body, contentType) => new HostileRequest(method, path, contentType, body));

    static Gen<T> Either<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    static Gen<string> Many(Gen<string> one) => one.Array[0, 5].Select(elements => $"[{string.Join(',', elements)}]");

    /// <summary>A document of fields, each there or not, one in eight with any value instead of its own.</summary>
    static Gen<string> Document(params (string Name, Gen<string> Value)[] fields)
    {
        var all = fields.Select(field => Gen.Frequency((2, Gen.Const("")), (5, Pair(field.Name, field.Value)), (1, Pair(field.Name, Value))));
        var document = Gen.Const("");
        foreach (var one in all)
        {
            document = Gen.Select(document, one, (before, next) => before.Length == 0 || next.Length == 0 ? before + next : $"{before},{next}");
        }

        return Gen.Frequency(
            (9, document.Select(inside => $"{{{inside}}}")),
            (1, Gen.Select(document, Names, Value, (inside, name, value) => $"{{{(inside.Length == 0 ? "" : inside + ",")}\"{name}\":{value}}}")));
    }

    static Gen<string> Pair(string name, Gen<string> value) => value.Select(json => $"\"{name}\":{json}");

    static Gen<string> Quoted(Gen<string> text) => text.Select(inside => JsonSerializer.Serialize(inside));

    static string Object((string Name, string Value)[] fields) =>
        $"{{{string.Join(',', fields.Select(field => $"\"{field.Name}\":{field.Value}"))}}}";

    static byte[] Mutated((byte[] Sound, (int Kind, int At, byte Value)[] Changes) mutation)
    {
        var bytes = mutation.Sound.ToList();
        foreach (var (kind, at, value) in mutation.Changes)
        {
            var index = bytes.Count == 0 ? 0 : at % bytes.Count;
            if (kind == 0 || bytes.Count == 0)
            {
                bytes.Insert(index, value);
            }
            else if (kind == 1)
            {
                bytes.RemoveAt(index);
            }
            else if (kind == 2)
            {
                bytes[index] = value;
            }
            else
            {
                bytes.RemoveRange(index, bytes.Count - index);
            }
        }

        return [.. bytes];
    }

    static byte[] Nested((string Open, int Depth) nesting) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(nesting.Open, nesting.Depth)));

    static byte[] Long((string Name, int Length) text) =>
        Encoding.UTF8.GetBytes($"[{{\"id\":\"i1\",\"{text.Name}\":\"{new string('y', text.Length)}\"}}]");

    static string Escaped(string text) => Uri.EscapeDataString(text);
}
