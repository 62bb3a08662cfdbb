// Some are odd on purpose: accents that a search has to see through, letters whose case does not fold alike, what LIKE and
// quoting could trip over.
export const QUALITIES: readonly string[] = [
  ...[
    'Blue',
    'Red',
    'Green',
    'Grey',
    'Organic',
    'Recycled',
    'Vintage',
    'Compact',
    'Heavy-duty',
    'Waterproof',
    'Folding',
  ],
  ...['Crème', 'Naïve', 'Señorial', 'Übergroßer', 'ΜΠΛΕ', 'Łódź', '100%_pure', "Children's", 'Ultralight', 'Handmade'],
];

export const MATERIALS: readonly string[] = [
  ...['cotton', 'linen', 'wool', 'steel', 'oak', 'bamboo', 'ceramic', 'leather', 'canvas', 'copper', 'glass', 'cork'],
  ...['façon', 'alpaca', 'titanium', 'paper'],
];

export const NOUNS: readonly string[] = [
  ...[
    'shirt',
    'T-shirt',
    'jacket',
    'trousers',
    'socks',
    'boots',
    'backpack',
    'tent',
    'lamp',
    'chair',
    'table',
    'shelf',
  ],
  ...['kettle', 'teapot', 'café set', 'crème brûlée dish', 'knife', 'notebook', 'pencil', 'easel', 'bicycle', 'helmet'],
  ...['bottle', 'blanket', 'pillow', 'mirror', 'clock', 'radio', 'speaker', 'headphones', 'keyboard', 'monitor'],
];

/** Names with their slugs; children are named after their parents. Only some have products. */
export const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  clothing: ['Clothing'],
  'clothing-tops': ['Tops', 'clothing'],
  'clothing-tops-shirts': ['Shirts', 'clothing-tops'],
  'clothing-tops-jackets': ['Jackets', 'clothing-tops'],
  'clothing-shoes': ['Shoes', 'clothing'],
  home: ['Home'],
  'home-kitchen': ['Kitchen', 'home'],
  'home-kitchen-cafe': ['Café', 'home-kitchen'],
  'home-living': ['Living room', 'home'],
  'home-living-lamps': ['Lamps', 'home-living'],
  outdoor: ['Outdoor'],
  'outdoor-camping': ['Camping', 'outdoor'],
  'outdoor-cycling': ['Cycling', 'outdoor'],
  electronics: ['Electronics'],
  'electronics-audio': ['Audio', 'electronics'],
  empty: ['Nothing yet'],
};

export const TAGS: readonly string[] = [
  ...['bestseller', 'clearance', 'fair trade', 'gift', 'handmade', 'new', 'organic', 'regional', 'sale', 'vegan'],
  ...['Été', 'winter', 'zero waste', '50 %', '"quoted"'],
];

export const COMMENTS: readonly string[] = [
  ...['', 'Exactly as described.', 'Arrived late, but in one piece.', 'Smaller than it looks.', 'Would buy again.'],
  ...[
    'Der Reißverschluss klemmt.',
    '素晴らしい。',
    'Broke after a week :(',
    'Five stars for the box,\nthree for the rest.',
  ],
];

export const GIVEN: readonly string[] = [
  'Ana',
  'Bo',
  'Chidi',
  'Dmitri',
  'Élodie',
  'Fatima',
  'Grace',
  'Hana',
  'İlker',
  'João',
];
export const FAMILY: readonly string[] = [
  'Silva',
  "O'Neill",
  'Müller',
  'Kumar',
  'Okafor',
  'Жукова',
  '佐藤',
  'Strauß',
  'Ng',
];
