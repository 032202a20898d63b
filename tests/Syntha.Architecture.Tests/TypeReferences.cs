using System.Reflection;
using System.Reflection.Emit;

namespace Syntha.Architecture.Tests;

/// <summary>
/// The types that a compiled type names or uses: in its declaration, in its members' signatures, and in the bodies of its methods. A
/// constant is not among them, because the compiler writes its value in its place; <see cref="ConstantReferences"/> finds those.
/// </summary>
internal static class TypeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static IEnumerable<Type> Of(Type type)
    {
        Type?[] declaration = [type.BaseType, .. type.GetInterfaces(), .. Attributes(type), .. Constraints(type)];
        return declaration.OfType<Type>().Concat(type.GetMembers(Declared).SelectMany(OfMember)).SelectMany(Parts).Distinct();
    }

    private static IEnumerable<Type> OfMember(MemberInfo member) => Attributes(member).Concat(member switch
    {
        FieldInfo field => [field.FieldType],
        MethodBase method => Signature(method).Concat(Body(method)),
        // Their accessors are methods of the type, and nested types are asked for themselves.
        _ => [],
    });

    private static IEnumerable<Type> Signature(MethodBase method) =>
        [
            .. method.GetParameters().Select(parameter => parameter.ParameterType),
            .. method is MethodInfo function ? [function.ReturnType] : Type.EmptyTypes,
            .. method.IsGenericMethodDefinition ? method.GetGenericArguments().SelectMany(Constraints) : [],
        ];

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        var named = Tokens(body.GetILAsByteArray()!).Select(token => Resolve(method, token)).OfType<MemberInfo>().SelectMany(Named);
        var caught = body.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause);
        return [.. body.LocalVariables.Select(local => local.LocalType), .. caught.Select(clause => clause.CatchType!), .. named];
    }

    // The caller of a method depends on the types that the method takes and returns.
    private static IEnumerable<Type> Named(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType!, field.FieldType],
        MethodBase method => [
            .. method.DeclaringType is { } declaring ? [declaring] : Type.EmptyTypes,
            .. Signature(method),
            .. method.IsGenericMethod ? method.GetGenericArguments() : [],
        ],
        _ => [],
    };

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token,
        method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null,
        method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static IEnumerable<int> Tokens(byte[] code)
    {
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? unchecked((short)(0xFE00 | code[at + 1])) : code[at];
            var operation = OpCodesByValue[value];
            at += operation.Size;
            if (operation.OperandType is
                OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(code, at);
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Attributes(MemberInfo member) => member.CustomAttributes.SelectMany(attribute => (IEnumerable<Type>)
        [
            attribute.AttributeType,
            .. attribute.ConstructorArguments.Select(argument => argument.Value).OfType<Type>(),
            .. attribute.NamedArguments.Select(argument => argument.TypedValue.Value).OfType<Type>(),
        ]);

    private static IEnumerable<Type> Constraints(Type type) => type.IsGenericParameter
        ? type.GetGenericParameterConstraints()
        : type.GetGenericArguments().Where(argument => argument.IsGenericParameter).SelectMany(Constraints);

    // A list of items names the list and the items.
    private static IEnumerable<Type> Parts(Type type) => type switch
    {
        { HasElementType: true } => Parts(type.GetElementType()!),
        { IsGenericParameter: true } => [],
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
