using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

using Recs.Offline.Gates;

namespace Recs.Silo.Options;

/// <summary>Checks every bound value against the range that its property states.</summary>
static class OptionValues
{
    const int ShownCharsMax = 64;

    /// <summary>Checks an options record and everything below it.</summary>
    /// <exception cref="OptionsRefusedException">Names the first setting that is out of its range.</exception>
    public static void Check(object options, string path)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var value = property.GetValue(options);
            var key = $"{path}:{property.Name}";
            foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (!rule.IsValid(value))
                {
                    var shown = rule is MinLengthAttribute or DataTypeAttribute ? "" : $" = {Shown(value)}";
                    throw new OptionsRefusedException($"{key}{shown}: {Expected(rule)}");
                }
            }

            CheckInside(value, key);
        }
    }

    /// <summary>A value as a line can show it.</summary>
    public static string Shown(object? value)
    {
        var text = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").ReplaceLineEndings(" ");
        return text.Length <= ShownCharsMax ? text : $"{text[..ShownCharsMax]}…";
    }

    static string Expected(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"expected {range.Minimum} to {range.Maximum}."),
        AllowedValuesAttribute allowed => $"expected {OneOf(allowed)}.",
        RequiredAttribute => "must not be empty.",
        MinLengthAttribute least => $"expected at least {least.Length}.",
        MaxLengthAttribute most => $"expected at most {most.Length} characters.",
        _ => rule.FormatErrorMessage("it"),
    };

    static string OneOf(AllowedValuesAttribute allowed) =>
        string.Join(", ", allowed.Values.Select(value => value is "" ? "nothing" : value));

    static void CheckInside(object? value, string key)
    {
        switch (value)
        {
            case string or null:
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    CheckInside(entry.Value, $"{key}:{entry.Key}");
                }

                break;
            case IList list:
                for (var index = 0; index < list.Count; index++)
                {
                    CheckInside(list[index], $"{key}:{index}");
                }

                break;
            default:
                if (value.GetType().Namespace == typeof(RecsOptions).Namespace || value is GateOptions)
                {
                    Check(value, key);
                }

                break;
        }
    }
}
