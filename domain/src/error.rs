//! A refusal: why a command is rejected. Its code is stable, and its kind determines the HTTP status.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The command itself breaks a rule, whatever the state.
    Invalid,
    /// The actor lacks the permission.
    Forbidden,
    /// The target does not exist, or the actor may not know that it exists.
    NotFound,
    /// The command contradicts the current state.
    Conflict,
}

/// The element of a list in the command that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ListElement {
    /// The name of the field.
    pub list: &'static str,
    /// From 0.
    pub index: usize,
}

impl ListElement {
    /// The first element that fails the check.
    pub(crate) fn first_failing<T>(list: &'static str, items: &[T], check: impl Fn(&T) -> bool) -> Option<Self> {
        items.iter().position(|item| !check(item)).map(|index| Self { list, index })
    }
}

pub trait Refusal: std::error::Error + Send + Sync + 'static {
    /// Stable, `<aggregate>.<what>`.
    fn code(&self) -> &'static str;
    fn kind(&self) -> RefusalKind;
    /// The offending element, if the refusal is about one element of a list.
    fn element(&self) -> Option<ListElement> {
        None
    }
}

/// Defines an error enum. Each variant has a code, a kind and a message for users. After `from` come the
/// refusals of other aggregates that commands of this one can return. A variant marked `of ListElement`
/// holds the offending element of a list, if there is one.
macro_rules! refusals {
    (
        $(#[$doc:meta])* $name:ident { $($variant:ident $(of $element:ident)? => $code:literal, $kind:ident, $sentence:literal;)+ }
        $(from { $($wrapper:ident($inner:ty)),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum $name {
            $(#[doc = concat!("`", $code, "`: `", $sentence, "`.")] #[error($sentence)] $variant $((Option<$crate::error::$element>))?,)+
            $($(#[doc = concat!("A refusal of [`", stringify!($inner), "`].")] #[error(transparent)] $wrapper(#[from] $inner),)+)?
        }

        impl $name {
            /// The code and kind of each refusal that is not one of another aggregate.
            pub const REASONS: &[(&'static str, $crate::error::RefusalKind)] = &[$(($code, $crate::error::RefusalKind::$kind)),+];

            /// The code and the kind.
            #[must_use]
            pub const fn reason(self) -> (&'static str, $crate::error::RefusalKind) {
                match self {
                    $(Self::$variant { .. } => ($code, $crate::error::RefusalKind::$kind),)+
                    $($(Self::$wrapper(inner) => inner.reason(),)+)?
                }
            }
        }

        impl $crate::error::Refusal for $name {
            fn code(&self) -> &'static str {
                self.reason().0
            }

            fn kind(&self) -> $crate::error::RefusalKind {
                self.reason().1
            }

            fn element(&self) -> Option<$crate::error::ListElement> {
                match self {
                    $($(Self::$variant(element) => { let element: &Option<$crate::error::$element> = element; *element })?)+
                    $($(Self::$wrapper(inner) => inner.element(),)+)?
                    _ => None,
                }
            }
        }
    };
}
pub(crate) use refusals;
