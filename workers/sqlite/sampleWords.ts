/** Words from which the sample's names are made; all invented. */
export const genres = ['Ambient', 'Bossa Nova', 'Chamber', 'Dub', 'Electronic', 'Folk', 'Jazz', 'Post-Rock', 'Soul', 'Tango'];

export const artistFirst = [
  'The', 'Little', 'Northern', 'Paper', 'Silver', 'Velvet', 'Hollow', 'Saint', 'Doctor', 'Electric', 'Golden', 'Quiet'
];
export const artistSecond = [
  'Lanterns', 'Harbour', 'Foxes', 'Orchard', 'Parade', 'Window', 'Meridian', 'Tailors', 'Almanac', 'Ferry', 'Cousins',
  'Weather', 'Bricks', 'Ravine', 'Postcards', 'Turnstile'
];

export const titleFirst = [
  'After', 'Before', 'Beyond', 'Beneath', 'Letters from', 'Songs for', 'A Map of', 'The End of', 'Return to', 'Half of',
  'Waiting for', 'Under'
];
export const titleSecond = [
  'the Rain', 'Morning', 'the Sea', 'Nowhere', 'Winter', 'the Garden', 'Lisbon', 'the Last Train', 'Paper Moons',
  'Sunday', 'the Attic', 'Glass', 'the Long Road', 'Kyōto', 'Ångström', 'the Neighbours'
];

export const firstNames = [
  'Ada', 'Amir', 'Beatriz', 'Chidi', 'Dagny', 'Elif', 'Emil', 'Farah', 'Greta', 'Hiro', 'Ines', 'Jonas', 'Kamala',
  'Lena', 'Mateo', 'Nadia', 'Olu', 'Petra', 'Quentin', 'Rosa', 'Søren', 'Tomás', 'Uma', 'Viktor', 'Wanda', 'Yusuf'
];
export const lastNames = [
  'Almeida', 'Bauer', 'Castellanos', 'Dubois', 'Eriksen', 'Fischer', 'García', 'Haddad', 'Ivanova', 'Jensen', 'Kowalski',
  'Lindqvist', 'Müller', 'Nakamura', 'Okafor', 'Petrov', 'Quispe', 'Rossi', 'Şahin', 'Tanaka', 'Ueda', 'Virtanen',
  'Weber', 'Yılmaz', 'Żak'
];
/** City, country, ISO code. */
export const cities: [string, string, string][] = [
  ['Lisbon', 'Portugal', 'PT'], ['Berlin', 'Germany', 'DE'], ['Kyōto', 'Japan', 'JP'], ['Montréal', 'Canada', 'CA'],
  ['São Paulo', 'Brazil', 'BR'], ['Lagos', 'Nigeria', 'NG'], ['Kraków', 'Poland', 'PL'], ['Malmö', 'Sweden', 'SE'],
  ['İzmir', 'Türkiye', 'TR'], ['Lyon', 'France', 'FR'], ['Portland', 'United States', 'US'], ['Pune', 'India', 'IN']
];
