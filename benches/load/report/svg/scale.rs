//! Scales: from values to places in the picture, and the round numbers between.

use super::Axis;

/// An axis with its ends: from values to places in the picture.
pub(super) struct Scale {
    is_logarithmic: bool,
    values: (f64, f64),
    /// Where the first and the last value lie.
    pub(super) places: (f64, f64),
}

impl Scale {
    /// The scale of an axis for these values.
    pub(super) fn of(axis: &Axis, values: impl Iterator<Item = f64>, places: (f64, f64)) -> Self {
        let (least, most) = values
            .filter(|value| !axis.is_logarithmic || *value > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
                (least.min(value), most.max(value))
            });
        let values = if axis.is_logarithmic {
            let first = 10_f64.powf(least.log10().floor());
            (first, 10_f64.powf(most.log10().ceil()).max(first * 10.0))
        } else {
            let step = step(most);
            (0.0, (most / step).ceil() * step)
        };
        Self {
            is_logarithmic: axis.is_logarithmic,
            values,
            places,
        }
    }

    /// Where a value lies.
    pub(super) fn place(&self, value: f64) -> f64 {
        let (first, last) = self.values;
        let part = if self.is_logarithmic {
            (value.max(first).log10() - first.log10()) / (last.log10() - first.log10())
        } else {
            (value - first) / (last - first)
        };
        self.places.0 + part * (self.places.1 - self.places.0)
    }

    /// The values that are marked.
    pub(super) fn marks(&self) -> Vec<f64> {
        let (first, last) = self.values;
        let next: Box<dyn Fn(f64) -> f64> = if self.is_logarithmic {
            Box::new(|value| value * 10.0)
        } else {
            let step = step(last);
            Box::new(move |value| value + step)
        };
        std::iter::successors(Some(first), |value| Some(next(*value)))
            .take_while(|value| *value <= last * 1.0001)
            .collect()
    }
}

/// A round number that goes four to ten times into `most`.
fn step(most: f64) -> f64 {
    let power = 10_f64.powf(most.max(1e-9).log10().floor());
    let digits = most / power;
    power
        * if digits <= 2.0 {
            0.25
        } else if digits <= 5.0 {
            0.5
        } else {
            1.0
        }
}
