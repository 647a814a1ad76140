using System.ComponentModel;

namespace Recs.Silo.Options;

/// <summary>Walks the configured keys against the options' types: every key must be known and every value of its type.</summary>
static class OptionKeys
{
    /// <summary>Checks a section and everything below it.</summary>
    /// <exception cref="OptionsRefusedException">Names the first key that is wrong.</exception>
    public static void Check(IConfigurationSection section, Type type)
    {
        if (IsScalar(type))
        {
            CheckScalar(section, Nullable.GetUnderlyingType(type) ?? type);
        }
        else if (type == typeof(Dictionary<string, RewardOptions>))
        {
            CheckRewards(section);
        }
        else if (type == typeof(Dictionary<string, string>))
        {
            RefuseValue(section, "an object");
        }
        else if (type.IsGenericType)
        {
            CheckList(section, type.GetGenericArguments()[0]);
        }
        else
        {
            CheckObject(section, type);
        }
    }

    /// <summary>Whether a type is written as one value.</summary>
    public static bool IsScalar(Type type) =>
        type.IsPrimitive || type == typeof(string) || type.IsEnum || Nullable.GetUnderlyingType(type) is not null;

    static void CheckObject(IConfigurationSection section, Type type)
    {
        RefuseValue(section, "an object");
        var known = type.GetProperties();
        foreach (var child in section.GetChildren())
        {
            var property = Array.Find(known, property => string.Equals(property.Name, child.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw Unknown(child, section, known.Select(property => property.Name));
            Check(child, property.PropertyType);
        }
    }

    static void CheckList(IConfigurationSection section, Type element)
    {
        RefuseValue(section, "a list");
        foreach (var child in section.GetChildren())
        {
            if (!child.Key.All(char.IsAsciiDigit))
            {
                throw new OptionsRefusedException($"{child.Path} is not a known setting; {section.Path} is a list, so 0, 1, … follow.");
            }

            Check(child, element);
        }
    }

    static void CheckRewards(IConfigurationSection section)
    {
        RefuseValue(section, "an object");
        var known = RewardOptions.Defaults().Keys;
        foreach (var child in section.GetChildren())
        {
            if (string.Equals(child.Key, OptionsDoor.Custom, StringComparison.OrdinalIgnoreCase))
            {
                RefuseValue(child, "an object");
                foreach (var custom in child.GetChildren())
                {
                    CheckObject(custom, typeof(RewardOptions));
                }
            }
            else if (known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                CheckObject(child, typeof(RewardOptions));
            }
            else
            {
                throw Unknown(child, section, [.. known, $"{OptionsDoor.Custom}:NAME"]);
            }
        }
    }

    static void CheckScalar(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().FirstOrDefault() is { } below)
        {
            throw new OptionsRefusedException($"{below.Path} is not a known setting; {section.Path} is one value.");
        }

        if (section.Value is null || type == typeof(string))
        {
            return;
        }

        try
        {
            _ = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(section.Value);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or OverflowException or NotSupportedException)
        {
            throw new OptionsRefusedException($"{section.Path} = {OptionValues.Shown(section.Value)}: expected {Expected(type)}.", wrong);
        }
    }

    static string Expected(Type type) =>
        type == typeof(bool) ? "true or false"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : type == typeof(double) || type == typeof(float) ? "a number"
        : "a whole number";

    static void RefuseValue(IConfigurationSection section, string expected)
    {
        if (section.Value is { Length: > 0 })
        {
            throw new OptionsRefusedException($"{section.Path} = {OptionValues.Shown(section.Value)}: expected {expected}.");
        }
    }

    static OptionsRefusedException Unknown(IConfigurationSection child, IConfigurationSection parent, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var nearest = NearestName.Of(child.Key, names)!;
        return new OptionsRefusedException(NearestName.Distance(child.Key, nearest) <= Math.Max(2, nearest.Length / 3)
            ? $"{child.Path} is not a known setting; did you mean {parent.Path}:{nearest}?"
            : $"{child.Path} is not a known setting; {parent.Path} has {string.Join(", ", names)}.");
    }
}
